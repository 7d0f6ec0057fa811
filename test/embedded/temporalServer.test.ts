import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { freePort } from '../../src/embedded/freePort.js';
import { startTemporal } from '../../src/embedded/temporalServer.js';
import { askHarness } from '../setup/harness.js';
import { makeTempFolder } from '../setup/tempFolder.js';

it('a server does not take another on its port for itself', { timeout: 120_000 }, async () => {
  const { binary } = await askHarness('temporal');
  const ports = { preferredPort: await freePort(0), preferredUiPort: await freePort(0) };
  const start = () =>
    startTemporal({
      folder: makeTempFolder('temporal'),
      binary,
      namespaces: [],
      portsAreFixed: true,
      ...ports,
    });
  const first = await start();
  let secondIsReady = false;
  const second = start().then((server) => {
    secondIsReady = true;
    return server;
  });
  await sleep(3_000);
  expect(secondIsReady).toBe(false);
  await first.stop();
  await (await second).stop();
});
