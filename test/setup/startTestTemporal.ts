import { findTemporal } from '../../src/embedded/findTemporal.js';
import { startTemporal } from '../../src/embedded/temporalServer.js';
import type { HarnessGifts } from './harness.js';

/** Made with the server, since a namespace made later is not seen by all its parts for some seconds. */
export const namespacePool = Array.from(
  { length: 90 },
  (_, index) => `t${String(index + 1).padStart(2, '0')}`,
);

/** Builds it where this machine has none, which takes minutes. */
export async function findTestTemporal(): Promise<string> {
  const cliPath = process.env['TEMPORAL_CLI_PATH'];
  return await findTemporal(cliPath === undefined ? {} : { cliPath });
}

/** A Temporal server for the run. */
export async function startTestTemporal(
  folder: string,
  binary: string,
): Promise<{ gift: HarnessGifts['temporal']; stop: () => Promise<void> }> {
  const server = await startTemporal({
    folder,
    binary,
    namespaces: namespacePool,
    preferredPort: 0,
    preferredUiPort: 0,
  });
  return { gift: { address: server.address, uiUrl: server.uiUrl, binary }, stop: server.stop };
}
