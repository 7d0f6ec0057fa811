import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'undici';
import { expect, it, onTestFinished } from 'vitest';
import { createOriginPools } from '../../src/delivery/originPools.js';

const origin = 'http://127.0.0.1:8080';

function testPools(forgetAfterMs: number) {
  const pools = createOriginPools({}, forgetAfterMs);
  onTestFinished(() => pools.close());
  return pools;
}

it('lends one pool for each origin', async () => {
  const pools = testPools(10_000);
  const lent = async (pool: Pool) => pool;
  const first = await pools.use(origin, lent);
  expect(await pools.use(origin, lent)).toBe(first);
  expect(await pools.use('http://127.0.0.1:8081', lent)).not.toBe(first);
});

it('forgets what is idle, and only that', async () => {
  const pools = testPools(60);
  const pool = await pools.use(origin, async (inUse) => {
    await sleep(200);
    expect(inUse.destroyed).toBe(false);
    return inUse;
  });
  await sleep(200);
  expect(pool.destroyed).toBe(true);
  expect(await pools.use(origin, async (next) => next)).not.toBe(pool);
});

it('frees its place when an exchange throws', async () => {
  const pools = testPools(60);
  let lent: Pool | undefined;
  const thrown = pools.use(origin, async (pool) => {
    lent = pool;
    throw new Error('ours');
  });
  await expect(thrown).rejects.toThrow('ours');
  await sleep(200);
  expect(lent?.destroyed).toBe(true);
});

it('lends nothing once closed', async () => {
  const pools = testPools(60);
  await pools.close();
  await expect(pools.use(origin, async () => 1)).rejects.toThrow('The sender is closed.');
});
