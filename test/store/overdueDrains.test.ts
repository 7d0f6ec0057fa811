import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readOverdueDrains } from '../../src/store/overdueDrains.js';
import { insertDelivery, insertEndpoint, openStore, type StoreScene } from './storeScene.js';

let store: StoreScene;
beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store.stop());

/** An endpoint whose drain should have looked so many minutes ago. */
async function overdueBy(minutes: number, state: 'queued' | 'delivered' = 'queued') {
  const id = await insertEndpoint(store.pool);
  await insertDelivery(store.pool, id, { state });
  await store.pool.query(
    `INSERT INTO endpoint_queue (endpoint_id, due_at) VALUES ($1, now() - $2 * interval '1 minute')`,
    [id, minutes],
  );
  return id;
}

describe('overdue drains', () => {
  it('are found page by page, those whose queue waits and no wake is on its way', async () => {
    const overdue = [await overdueBy(2), await overdueBy(3), await overdueBy(5)].toSorted();
    await overdueBy(0);
    await overdueBy(5, 'delivered');
    const paused = await overdueBy(5);
    await store.pool.query('UPDATE endpoints SET paused_at = now() WHERE id = $1', [paused]);
    const woken = await overdueBy(5);
    await store.pool.query('SELECT wake_drains(ARRAY[$1]::uuid[])', [woken]);
    const page = { overdueMs: 60_000, limit: 2 };
    expect(await readOverdueDrains(store.pool, { ...page, after: null })).toEqual(
      overdue.slice(0, 2),
    );
    expect(await readOverdueDrains(store.pool, { ...page, after: overdue[1] ?? null })).toEqual(
      overdue.slice(2),
    );
  });
});
