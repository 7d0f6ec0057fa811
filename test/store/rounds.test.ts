import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inTransaction } from '../../src/store/pool.js';
import { hurryOpen, openRounds } from '../../src/store/rounds.js';
import { insertDelivery, insertEndpoint, openStore, type StoreScene } from './storeScene.js';

let store: StoreScene;
beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store.stop());

async function standOf(
  id: string,
): Promise<{ round: number; state: string; reason: string | null }> {
  const { rows } = await store.pool.query<{ round: number; state: string; reason: string | null }>(
    'SELECT round, state, reason FROM deliveries WHERE id = $1',
    [id],
  );
  if (rows[0] === undefined) throw new Error(`no delivery ${id}`);
  return rows[0];
}

async function drainsWoken(endpointId: string): Promise<number> {
  const { rows } = await store.pool.query(
    `SELECT FROM outbox WHERE kind = 'drainEndpoint' AND subject_id = $1`,
    [endpointId],
  );
  return rows.length;
}

describe('openRounds', () => {
  it('opens one round where two ask at once', async () => {
    const { id } = await insertDelivery(store.pool, await insertEndpoint(store.pool), {
      state: 'failed',
    });
    const opened = await Promise.all(
      [1, 2, 3, 4].map(() =>
        inTransaction(store.pool, (db) => openRounds(db, [id], { through: 'gate' })),
      ),
    );
    expect(opened.flat()).toEqual([id]);
    expect(await standOf(id)).toMatchObject({ round: 2, state: 'pending' });
  });

  it('leaves open ones alone', async () => {
    const { id } = await insertDelivery(store.pool, await insertEndpoint(store.pool), {
      state: 'retrying',
    });
    expect(await openRounds(store.pool, [id], { through: 'queue' })).toEqual([]);
    expect(await standOf(id)).toMatchObject({ round: 1, state: 'retrying' });
  });

  it.each([
    ['circuit_opened_at = now()', 'the endpoint fails; it is being probed', 1],
    ['paused_at = now()', 'the endpoint is paused', 0],
    ['ordered = true', 'waits for its turn: the endpoint is sent to in order', 1],
    ['max_in_flight = 1', 'waits for its turn: the endpoint bounds what it is sent', 1],
    [
      "enabled = false, disabled_reason = 'failing'",
      'the endpoint is disabled since it failed for too long',
      0,
    ],
  ])(
    'through the gate of an endpoint with %s queues, and says why',
    async (change, reason, woken) => {
      const endpointId = await insertEndpoint(store.pool);
      const { id } = await insertDelivery(store.pool, endpointId, { state: 'failed' });
      await store.pool.query(`UPDATE endpoints SET ${change} WHERE id = $1`, [endpointId]);
      await openRounds(store.pool, [id], { through: 'gate' });
      expect(await standOf(id)).toEqual({ round: 2, state: 'queued', reason });
      expect(await drainsWoken(endpointId)).toBe(woken);
    },
  );
});

describe('hurryOpen', () => {
  it('has an endpoint that is down probed at once, and its drain look', async () => {
    const endpointId = await insertEndpoint(store.pool);
    const { id } = await insertDelivery(store.pool, endpointId, { state: 'queued' });
    await store.pool.query(
      `UPDATE endpoints SET circuit_opened_at = now(), next_probe_at = now() + interval '1 hour' WHERE id = $1`,
      [endpointId],
    );
    await inTransaction(store.pool, (db) => hurryOpen(db, { deliveryId: id }));
    const { rows } = await store.pool.query<{ due: boolean }>(
      'SELECT next_probe_at <= now() AS due FROM endpoints WHERE id = $1',
      [endpointId],
    );
    expect(rows).toEqual([{ due: true }]);
    expect(await drainsWoken(endpointId)).toBeGreaterThan(0);
  });

  it('probes nobody of whom nothing is queued', async () => {
    const endpointId = await insertEndpoint(store.pool);
    const { id } = await insertDelivery(store.pool, endpointId, { state: 'retrying' });
    await hurryOpen(store.pool, { deliveryId: id });
    expect(await drainsWoken(endpointId)).toBe(0);
  });
});
