import type { Command } from 'commander';
import { scopeDescriptions, scopes, type Scope } from '../../domain/scopes.js';
import type { KeyRing, ShownKey, WantedKey } from '../keys/keyRing.js';
import { openKeyRing } from '../keys/openKeyRing.js';
import { choice, commonOptions, givenMoment, shownId, tenantId } from '../options.js';
import { safeText } from '../safeText.js';
import { table } from '../table.js';
import type { Terminal } from '../terminal.js';
import { jsonLine } from '../jsonLine.js';

const help = `
With DATABASE_URL set the keys of that database are meant, so that the first one can be made before there is any;
-e production for those of the other environment. Otherwise they are those of the service's environment.

Examples:
  everhook keys create ci --scopes send,read
  DATABASE_URL=postgres://… everhook keys create first -e production
`;

const createHelp = `
The key alone is written to standard output, this once: KEY=$(everhook keys create ci)

Scopes:
${scopes.map((scope) => `  ${scope.padEnd(10)}  ${scopeDescriptions[scope]}`).join('\n')}
`;

export function addKeys(program: Command, terminal: Terminal): void {
  const keys = program.command('keys').description('API keys').addHelpText('after', help);
  addCreate(keys, terminal);
  addList(keys, terminal);
  addRevoke(keys, terminal);
}

function addCreate(keys: Command, terminal: Terminal): void {
  keys
    .command('create <name>')
    .description('Create a key and show it, this once')
    .option('-t, --tenant <id>', 'limit it to this tenant', tenantId)
    .option('--scopes <list>', 'what it may do, separated by commas; all unless told', scopeList)
    .option('--expires-at <moment>', 'until when: 2027-01-31T00:00:00Z', givenMoment)
    .addHelpText('after', createHelp)
    .action(async (name: string, options: Omit<WantedKey, 'name'>, command: Command) => {
      await withKeys(terminal, command, async (ring, asJson) => {
        const { tenant, scopes: wantedScopes, expiresAt } = options;
        const created = await ring.create({
          name,
          ...(tenant === undefined ? {} : { tenant }),
          ...(wantedScopes === undefined ? {} : { scopes: wantedScopes }),
          ...(expiresAt === undefined ? {} : { expiresAt }),
        });
        if (asJson) return terminal.out(jsonLine(created));
        terminal.out(`${created.key}\n`);
        terminal.err(`${created.id} for ${created.environment}: keep it, it is not shown again.\n`);
      });
    });
}

function addList(keys: Command, terminal: Terminal): void {
  keys
    .command('list')
    .description('List the keys that are not revoked, newest first')
    .action(async (_options: object, command: Command) => {
      await withKeys(terminal, command, async (ring, asJson) => {
        const found = await ring.list();
        if (asJson) return found.forEach((key) => terminal.out(jsonLine(key)));
        const titles = ['ID', 'NAME', 'KEY', 'TENANT', 'SCOPES', 'LAST USED', 'EXPIRES'];
        terminal.out(table(titles, found.map(row)));
      });
    });
}

function addRevoke(keys: Command, terminal: Terminal): void {
  keys
    .command('revoke')
    .argument('<id>', 'the id of a key, key_…', shownId('apiKey'))
    .description('End a key for good, within 5 seconds')
    .action(async (id: string, _options: object, command: Command) => {
      await withKeys(terminal, command, async (ring, asJson) => {
        await ring.revoke(id);
        terminal.out(asJson ? jsonLine({ id, revoked: true }) : `${id} is revoked.\n`);
      });
    });
}

async function withKeys(
  terminal: Terminal,
  command: Command,
  work: (ring: KeyRing, asJson: boolean) => Promise<void>,
): Promise<void> {
  const { environment, json = false } = commonOptions(command);
  const ring = await openKeyRing(terminal.environment, environment);
  try {
    await work(ring, json);
  } finally {
    await ring.close();
  }
}

function row(key: ShownKey): string[] {
  return [
    key.id,
    safeText(key.name),
    `${key.displayPrefix}…`,
    key.tenant ?? 'all',
    key.scopes.length === scopes.length ? 'all' : key.scopes.join(','),
    key.lastUsedAt ?? 'never',
    key.expiresAt ?? 'never',
  ];
}

function scopeList(text: string): Scope[] {
  return text.split(',').map((scope) => choice(scopes)(scope.trim()));
}
