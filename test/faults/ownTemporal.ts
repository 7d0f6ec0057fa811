import type { TestContext } from 'vitest';
import { freePort } from '../../src/embedded/freePort.js';
import { startTemporal, type TemporalServer } from '../../src/embedded/temporalServer.js';
import { askHarness } from '../setup/harness.js';
import { makeTempFolder } from '../setup/tempFolder.js';

export interface OwnTemporal {
  address: string;
  namespace: string;
  start(): Promise<TemporalServer>;
}

/** A Temporal server of this test's own, which comes back on the same port with the same workflows. */
export async function ownTemporal({
  onTestFinished,
}: Pick<TestContext, 'onTestFinished'>): Promise<OwnTemporal> {
  const { binary } = await askHarness('temporal');
  const folder = makeTempFolder('temporal');
  const [preferredPort, preferredUiPort] = [await freePort(0), await freePort(0)];
  let running: TemporalServer | undefined;
  onTestFinished(async () => await running?.stop());
  return {
    address: `127.0.0.1:${preferredPort}`,
    namespace: 'default',
    start: async () => {
      const options = { folder, binary, namespaces: [], preferredPort, preferredUiPort };
      running = await startTemporal({ ...options, portsAreFixed: true });
      return running;
    },
  };
}
