import { v7 as newUuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStates } from '../../src/domain/words.js';
import { readDepths } from '../../src/store/readDepths.js';
import { insertDelivery, insertEndpoint, openStore, type StoreScene } from './storeScene.js';

let store: StoreScene;

beforeAll(async () => {
  store = await openStore();
});
afterAll(async () => {
  await store.stop();
});

const none = { pending: 0, retrying: 0, queued: 0 };

describe('what waits', () => {
  it('is nothing at first', async () => {
    const depths = { outboxRows: 0, outboxOldestSeconds: 0, openDeliveries: none };
    expect(await readDepths(store.pool, 100)).toEqual(depths);
  });

  it('is what is open and what is in the outbox, up to the bound', async () => {
    const endpointId = await insertEndpoint(store.pool);
    for (const state of [...openStates, 'pending', 'delivered', 'failed', 'cancelled'] as const) {
      await insertDelivery(store.pool, endpointId, { state });
    }
    for (const ageSeconds of [5, 90, 1]) {
      await store.pool.query(
        `INSERT INTO outbox (id, kind, subject_id, event_id, environment, tenant, event_type, endpoint_ids, available_at, created_at)
         VALUES ($1, 'deliverEvent', $1, $1, 'test', 'acme', 'a.b', '{}', now() + interval '5 s', now() - make_interval(secs => $2))`,
        [newUuid(), ageSeconds],
      );
    }
    const depths = await readDepths(store.pool, 100);
    expect(depths.openDeliveries).toEqual({ pending: 2, retrying: 1, queued: 1 });
    expect(depths.outboxRows).toBe(3);
    expect(depths.outboxOldestSeconds).toBeGreaterThanOrEqual(90);
    expect(depths.outboxOldestSeconds).toBeLessThan(120);

    const bounded = await readDepths(store.pool, 2);
    expect(bounded.outboxRows).toBe(2);
    expect(Object.values(bounded.openDeliveries).reduce((sum, count) => sum + count)).toBe(2);
  });
});
