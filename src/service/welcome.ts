import type { Service } from './startService.js';

/** What a start prints for the person who started it: where things are, and a first call that works when pasted. */
export function welcome(service: Service): string {
  const { url, servesApi, temporalUiUrl, keysFile, allowsLoopback } = service;
  const lines = [
    '',
    'Everhook is running.',
    '',
    `  API          ${url}${servesApi ? '' : ' (its health alone)'}`,
  ];
  if (servesApi) lines.push(`  API docs     ${url}/docs`);
  if (temporalUiUrl !== null) lines.push(`  Temporal UI  ${temporalUiUrl}`);
  if (keysFile !== null) lines.push(`  API keys     ${keysFile}`);
  if (allowsLoopback) {
    lines.push(
      '',
      'Receivers on this machine are allowed, http too; set EVERHOOK_ALLOW_NETWORKS= to refuse them.',
    );
  }
  if (servesApi && keysFile !== null) {
    lines.push('', 'Receive events in a second terminal, in this folder:', '');
    lines.push('  npx everhook listen', '', 'Send a first one:', '', firstCall(url, keysFile));
  }
  return `${lines.join('\n')}\n\n`;
}

function firstCall(url: string, keysFile: string): string {
  const key = `$(node -p 'JSON.parse(fs.readFileSync(process.argv[1])).test' '${keysFile}')`;
  return [
    `  curl -X POST '${url}/v1/tenants/acme/events' \\`,
    `    -H "Authorization: Bearer ${key}" \\`,
    `    -H 'Content-Type: application/json' \\`,
    `    -d '{"type":"hello.world","data":{"greeting":"Hello"}}'`,
  ].join('\n');
}
