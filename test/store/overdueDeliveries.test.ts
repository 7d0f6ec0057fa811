import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readOverdueDeliveries, type OverdueDelivery } from '../../src/store/overdueDeliveries.js';
import { insertDelivery, insertEndpoint, openStore, type StoreScene } from './storeScene.js';

let store: StoreScene;

beforeAll(async () => {
  store = await openStore();
});
afterAll(async () => {
  await store.stop();
});

describe('readOverdueDeliveries', () => {
  it('goes on after the last one, also among those that became due in the same moment', async () => {
    const endpointId = await insertEndpoint(store.pool);
    const ids: string[] = [];
    for (let place = 0; place < 5; place += 1) {
      ids.push((await insertDelivery(store.pool, endpointId)).id);
    }
    await store.pool.query(
      `UPDATE deliveries SET due_at = date_trunc('second', now()) - interval '2 min' + interval '0.123456 s'`,
    );
    const found: string[] = [];
    let after: OverdueDelivery | null = null;
    for (let page = 0; page < 3; page += 1) {
      const overdue = await readOverdueDeliveries(store.pool, {
        overdueMs: 60_000,
        after,
        limit: 2,
      });
      found.push(...overdue.map(({ id }) => id));
      after = overdue.at(-1) ?? null;
    }
    expect(found).toEqual(ids.toSorted());
  });
});
