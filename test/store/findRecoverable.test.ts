import { v7 as newUuid } from 'uuid';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createRecovery } from '../../src/intake/recoveries/createRecovery.js';
import { findRecoverable } from '../../src/store/findRecoverable.js';
import { inTransaction, type Queryable } from '../../src/store/pool.js';
import { insertDelivery, insertEndpoint, openStore, type StoreScene } from './storeScene.js';
import { byTest } from '../setup/byTest.js';

let store: StoreScene;
beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store.stop());

it('passes nothing over when others are resent while it looks', async () => {
  const { pool } = store;
  const endpointId = await insertEndpoint(pool);
  const ids: string[] = [];
  for (let n = 0; n < 4; n += 1) {
    const eventId = newUuid();
    ids.push((await insertDelivery(pool, endpointId, { state: 'failed', eventId })).id);
  }
  const [first, second, ...wanted] = ids.toSorted();
  await pool.query(`UPDATE deliveries SET event_type = 'c.d' WHERE id = ANY ($1)`, [wanted]);
  const recovery = await createRecovery(
    pool,
    { environment: 'test', tenant: 'acme' },
    {
      ...{ endpointIds: null, eventTypes: ['c.d'], deliveryIds: null, since: null, until: null },
      ...{ states: ['failed'], ratePerSecond: 100 },
    },
    byTest,
  );
  const found = await inTransaction(pool, async (client) => {
    // Another recovery resends the first as soon as it was looked at.
    const db = {
      async query(text: string, values: unknown[]) {
        const result = await client.query(text, values);
        if (text.includes('deliveries')) {
          await pool.query(
            `UPDATE deliveries SET state = 'delivered', due_at = NULL WHERE id = $1`,
            [first],
          );
        }
        return result;
      },
    } as unknown as Queryable;
    return await findRecoverable(db, recovery, { limit: 10, maxLooked: 2 });
  });
  expect(found).toEqual({ ids: [], cursor: second, isLast: false });
});
