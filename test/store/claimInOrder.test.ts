import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { claimInOrder } from '../../src/store/claimFromQueue.js';
import { inTransaction } from '../../src/store/pool.js';
import { hurryOpen } from '../../src/store/rounds.js';
import { insertDelivery, insertEndpoint, openStore, type StoreScene } from './storeScene.js';

let store: StoreScene;
beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store.stop());

it('and a retry of what it is about to claim wait for each other in one order', async () => {
  const { pool } = store;
  const endpointId = await insertEndpoint(pool);
  await pool.query('UPDATE endpoints SET ordered = true WHERE id = $1', [endpointId]);
  const { id } = await insertDelivery(pool, endpointId, { state: 'queued' });
  await pool.query('UPDATE deliveries SET ordering_number = 1 WHERE id = $1', [id]);
  await pool.query(
    'INSERT INTO endpoint_queue (endpoint_id, due_at, drain_epoch) VALUES ($1, now(), 1)',
    [endpointId],
  );
  const claiming = inTransaction(pool, async (db) => {
    await db.query('SELECT FROM deliveries WHERE id = $1 FOR UPDATE', [id]);
    const claim = { endpointId, epoch: '1', claimant: id, limit: 10, paceMs: 0 };
    const claimed = claimInOrder(pool, { ...claim, fromKey: '', perKey: 8 });
    await sleep(300);
    await hurryOpen(db, { deliveryId: id });
    return { claimed };
  });
  const { claimed } = await claiming;
  expect((await claimed)?.claimed).toHaveLength(1);
});
