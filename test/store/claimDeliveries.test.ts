import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  claimAttempt,
  claimFirstAttempts,
  isClaimed,
  releaseClaims,
} from '../../src/store/claimDeliveries.js';
import { insertDelivery, insertEndpoint, openStore, type StoreScene } from './storeScene.js';

let store: StoreScene;
let endpointId: string;

beforeAll(async () => {
  store = await openStore();
  endpointId = await insertEndpoint(store.pool);
});
afterAll(async () => {
  await store.stop();
});

async function claim(deliveryId: string, number = 1, claimant: string = randomUUID()) {
  const { deliveries } = await claimAttempt(store.pool, { claimant, deliveryId, round: 1, number });
  const [seen] = deliveries;
  if (seen === undefined) throw new Error('There is no such delivery');
  return seen;
}

describe('a claim of an attempt', () => {
  it('is given to one of many at once, for the time-out and five seconds', async () => {
    const { id } = await insertDelivery(store.pool, endpointId);
    const all = await Promise.all(Array.from({ length: 8 }, () => claim(id)));
    const [claimed, ...more] = all.filter(isClaimed);
    expect(more).toEqual([]);
    expect(claimed?.waitMs).toBe(0);
    const { waitMs } = await claim(id);
    expect(waitMs).toBeGreaterThan(18_000);
    expect(waitMs).toBeLessThanOrEqual(20_000);
  });

  it('is given again once it was given back by its owner, and by nobody else', async () => {
    const { id } = await insertDelivery(store.pool, endpointId);
    const owner = randomUUID();
    expect(isClaimed(await claim(id, 1, owner))).toBe(true);
    await releaseClaims(store.pool, randomUUID(), [id]);
    expect(isClaimed(await claim(id))).toBe(false);
    await releaseClaims(store.pool, owner, [id]);
    expect(isClaimed(await claim(id))).toBe(true);
  });

  it('is given when the lease of a dead process has ended', async () => {
    const { id } = await insertDelivery(store.pool, endpointId);
    await claim(id);
    await store.pool.query(
      `UPDATE deliveries SET lease_until = now() - interval '1 ms' WHERE id = $1`,
      [id],
    );
    expect(isClaimed(await claim(id))).toBe(true);
  });

  it('is refused for any but the next attempt, for what is not due, and for what is not open', async () => {
    const retrying = await insertDelivery(store.pool, endpointId, {
      state: 'retrying',
      attemptCount: 1,
    });
    expect(isClaimed(await claim(retrying.id, 1))).toBe(false);
    expect(isClaimed(await claim(retrying.id, 3))).toBe(false);
    await store.pool.query(
      `UPDATE deliveries SET due_at = now() + interval '1 minute' WHERE id = $1`,
      [retrying.id],
    );
    expect(isClaimed(await claim(retrying.id, 2))).toBe(false);
    await store.pool.query('UPDATE deliveries SET due_at = now() WHERE id = $1', [retrying.id]);
    expect(isClaimed(await claim(retrying.id, 2))).toBe(true);
    for (const state of ['queued', 'delivered', 'failed', 'cancelled'] as const) {
      const { id } = await insertDelivery(store.pool, endpointId, { state });
      expect(isClaimed(await claim(id))).toBe(false);
    }
    expect(
      await claimAttempt(store.pool, {
        claimant: randomUUID(),
        deliveryId: randomUUID(),
        round: 1,
        number: 1,
      }),
    ).toEqual({ deliveries: [], bodies: new Map() });
  });
});

describe('a claim of first attempts', () => {
  it('leaves out slow endpoints and those that may take longer', async () => {
    const { id, eventId } = await insertDelivery(store.pool, endpointId);
    const claimFirst = async (maxTimeoutMs: number, exceptEndpointIds: string[]) =>
      (
        await claimFirstAttempts(store.pool, {
          claimant: randomUUID(),
          eventId,
          maxTimeoutMs,
          exceptEndpointIds,
        })
      ).deliveries.map((seen) => [seen.id, isClaimed(seen)]);
    expect(await claimFirst(14_999, [])).toEqual([[id, false]]);
    expect(await claimFirst(15_000, [endpointId])).toEqual([[id, false]]);
    expect(await claimFirst(15_000, [])).toEqual([[id, true]]);
    expect(await claimFirst(15_000, [])).toEqual([[id, false]]);
  });
});
