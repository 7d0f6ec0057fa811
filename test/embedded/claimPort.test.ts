import { expect, it } from 'vitest';
import { claimPort } from '../../src/embedded/claimPort.js';
import { freePort } from '../../src/embedded/freePort.js';

it('a claimed port is nobody else’s, also between its hand-over and the server that listens on it', async () => {
  const preferred = await freePort(0);
  const first = await claimPort(preferred);
  expect(first.port).toBe(preferred);
  expect(await freePort(preferred)).not.toBe(preferred);
  await first.handOver();
  const second = await claimPort(preferred);
  expect(second.port).not.toBe(preferred);
  await second.release();
  await first.release();
  const third = await claimPort(preferred);
  expect(third.port).toBe(preferred);
  await third.release();
});

it('a port that another program has is not claimed', async () => {
  const other = await claimPort(0);
  const claimed = await claimPort(other.port);
  expect(claimed.port).not.toBe(other.port);
  await other.release();
  await claimed.release();
});
