// A process that starts the stack, says what it has got, and stops it on SIGTERM: for tests that kill it.
import { pathToFileURL } from 'node:url';

const [, , stackModule, dataDir] = process.argv;
const { startEmbeddedStack } = await import(pathToFileURL(stackModule).href);

const stack = await startEmbeddedStack({
  dataDir,
  postgres: true,
  temporal: true,
  temporalNamespace: 'kept',
  retentionHours: 48,
  preferredPorts: { postgres: 0, temporal: 0, temporalUi: 0 },
  log: { info: console.error, warn: console.error, error: console.error },
});
await stack.temporalReady;
process.once('SIGTERM', () => void stack.stop().then(() => process.exit(0)));
const { databaseUrl, temporalAddress, temporalUiUrl } = stack;
console.log(JSON.stringify({ databaseUrl, temporalAddress, temporalUiUrl }));
setInterval(() => undefined, 60_000);
