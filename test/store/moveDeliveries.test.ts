import { v7 as newUuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claimAttempt } from '../../src/store/claimDeliveries.js';
import { queueOpenOfClosed, queueOpenOfFailing } from '../../src/store/endpointDeliveries.js';
import { cancelOpen, closeByGate } from '../../src/store/moveDeliveries.js';
import { inTransaction } from '../../src/store/pool.js';
import { eventually } from '../setup/eventually.js';
import { insertDelivery, insertEndpoint, openStore, type StoreScene } from './storeScene.js';

let store: StoreScene;

beforeAll(async () => {
  store = await openStore();
});
afterAll(async () => {
  await store.stop();
});

async function statesOf(endpointId: string): Promise<Record<string, number>> {
  const { rows } = await store.pool.query<{ state: string; count: number }>(
    'SELECT state, count(*)::int FROM deliveries WHERE endpoint_id = $1 GROUP BY state',
    [endpointId],
  );
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
}

describe('closing what is open of an endpoint', () => {
  it('goes on after a chunk in which another was faster with a row', async () => {
    const endpointId = await insertEndpoint(store.pool);
    await store.pool.query('UPDATE endpoints SET enabled = false WHERE id = $1', [endpointId]);
    const first = await insertDelivery(store.pool, endpointId);
    await store.pool.query(
      `INSERT INTO deliveries (id, event_id, environment, tenant, endpoint_id, event_type, format, state, schedule,
         due_at, created_at)
       SELECT overlay(d.id::text PLACING lpad(n::text, 12, '0') FROM 25)::uuid, gen_random_uuid(), environment, tenant,
         endpoint_id, event_type, format, state, schedule, due_at, created_at
       FROM deliveries d, generate_series(1, 1500) AS n WHERE d.id = $1`,
      [first.id],
    );
    let queueing: Promise<void> = Promise.resolve();
    await inTransaction(store.pool, async (db) => {
      await cancelOpen(db, { deliveryId: first.id.slice(0, 24) + '000000000001' });
      queueing = queueOpenOfClosed(store.pool, endpointId, 'owner');
      await eventually(async () => {
        const { rows } = await store.pool.query(
          `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
        );
        expect(rows).toHaveLength(1);
      });
    });
    await queueing;
    expect(await statesOf(endpointId)).toEqual({ cancelled: 1, queued: 1_500 });
  });
});

describe('closeByGate', () => {
  it('leaves a delivery alone that another has claimed since', async () => {
    const endpointId = await insertEndpoint(store.pool);
    const { id: deliveryId } = await insertDelivery(store.pool, endpointId);
    const claimant = newUuid();
    await claimAttempt(store.pool, { claimant, deliveryId, round: 1, number: 1 });
    const gate = { open: false, becomes: 'queued', reason: 'disabled' } as const;
    await closeByGate(store.pool, { deliveryId, claimant: newUuid() }, gate);
    expect(await statesOf(endpointId)).toEqual({ pending: 1 });
    await closeByGate(store.pool, { deliveryId, claimant }, gate);
    expect(await statesOf(endpointId)).toEqual({ queued: 1 });
  });
});

describe('an endpoint that is down', () => {
  it('has what is to be sent to it queued, and no workflow started that would find nothing to do', async () => {
    const [down, well] = [await insertEndpoint(store.pool), await insertEndpoint(store.pool)];
    const alone = await insertDelivery(store.pool, down);
    const beside = await insertDelivery(store.pool, down);
    const held = await insertDelivery(store.pool, down);
    await insertDelivery(store.pool, well, { eventId: beside.eventId });
    await store.pool.query(`UPDATE deliveries SET due_at = now() + interval '1 h' WHERE id = $1`, [
      held.id,
    ]);
    await store.pool.query(
      `INSERT INTO outbox (id, kind, subject_id, event_id, environment, tenant, event_type, endpoint_ids, available_at)
       SELECT gen_random_uuid(), 'deliverEvent', id, id, 'test', 'acme', 'a.b', '{}', now() FROM unnest($1::uuid[]) id`,
      [[alone.eventId, beside.eventId, held.eventId]],
    );
    await queueOpenOfFailing(store.pool, down);
    expect(await statesOf(down)).toEqual({ pending: 3 });
    await store.pool.query('UPDATE endpoints SET circuit_opened_at = now() WHERE id = $1', [down]);
    await queueOpenOfFailing(store.pool, down);
    expect(await statesOf(down)).toEqual({ queued: 2, pending: 1 });
    const { rows } = await store.pool.query<{ id: string }>(
      `SELECT event_id AS id FROM outbox WHERE kind = 'deliverEvent' AND event_id = ANY ($1::uuid[]) ORDER BY event_id`,
      [[alone.eventId, beside.eventId, held.eventId]],
    );
    expect(rows.map(({ id }) => id)).toEqual([beside.eventId, held.eventId].toSorted());
  });
});
