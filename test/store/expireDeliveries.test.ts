import { v7 as newUuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claimAttempt, claimFirstAttempts, isClaimed } from '../../src/store/claimDeliveries.js';
import { expireClaimed, expireDeliveries } from '../../src/store/expireDeliveries.js';
import { lookAtDeliveries } from '../../src/store/lookAtDeliveries.js';
import { openRounds, settleFailed } from '../../src/store/rounds.js';
import {
  insertDelivery,
  insertEndpoint,
  openStore,
  type InsertedDelivery,
  type StoreScene,
} from './storeScene.js';

let store: StoreScene;
let endpointId: string;
beforeAll(async () => {
  store = await openStore();
  endpointId = await insertEndpoint(store.pool);
});
afterAll(() => store.stop());

/** A delivery that is due and expires in so many seconds from now. */
async function timed(
  state: 'pending' | 'retrying' | 'queued' | 'failed',
  { dueInSeconds = 0, expiresInSeconds = null as number | null, leased = false } = {},
): Promise<InsertedDelivery> {
  const delivery = await insertDelivery(store.pool, endpointId, { state });
  await store.pool.query(
    `UPDATE deliveries SET expires_at = now() + make_interval(secs => $2::float8),
       due_at = CASE WHEN due_at IS NOT NULL THEN now() + make_interval(secs => $3::float8) END,
       lease_until = CASE WHEN $4 THEN now() + interval '10 s' END
     WHERE id = $1`,
    [delivery.id, expiresInSeconds, dueInSeconds, leased],
  );
  return delivery;
}

async function stored({ id }: InsertedDelivery): Promise<Record<string, unknown>> {
  const { rows } = await store.pool.query<Record<string, unknown>>(
    `SELECT state, reason, failed_in_runs AS "runs", expires_at AS "expiresAt", due_at AS "dueAt", claimant
     FROM deliveries WHERE id = $1`,
    [id],
  );
  return rows[0] ?? {};
}

async function claim({ id }: InsertedDelivery, claimant: string = newUuid()) {
  const { deliveries } = await claimAttempt(store.pool, {
    ...{ claimant, deliveryId: id, round: 1, number: 1 },
  });
  const [seen] = deliveries;
  if (seen === undefined) throw new Error('There is no such delivery');
  return seen;
}

describe('a claim', () => {
  it('is not given before a delivery is due, of first attempts neither', async () => {
    const held = await timed('pending', { dueInSeconds: 60 });
    expect(await claim(held)).toMatchObject({ endpoint: null, isHeld: true, expiresInMs: null });
    const { deliveries } = await claimFirstAttempts(store.pool, {
      ...{ claimant: newUuid(), eventId: held.eventId, maxTimeoutMs: 15_000 },
      exceptEndpointIds: [],
    });
    expect(deliveries.map(isClaimed)).toEqual([false]);
    expect(deliveries[0]?.waitMs).toBeGreaterThan(55_000);
  });

  it('is given of what has expired, due or not, so that it can be said', async () => {
    for (const dueInSeconds of [-10, 60]) {
      const expired = await timed('retrying', { dueInSeconds, expiresInSeconds: -1 });
      const seen = await claim(expired);
      expect(isClaimed(seen)).toBe(true);
      expect(seen.expiresInMs).toBeLessThan(0);
    }
  });

  it('waits for the earlier of being due and expiring, and no less than for a lease', async () => {
    const waitOf = async (delivery: InsertedDelivery): Promise<number> => {
      const [row] = await lookAtDeliveries(store.pool, { deliveryId: delivery.id });
      return Math.round((row?.waitMs ?? -1) / 1_000);
    };
    const both = { dueInSeconds: 600, expiresInSeconds: 300 };
    expect(await waitOf(await timed('retrying', both))).toBe(300);
    expect(await waitOf(await timed('retrying', { ...both, dueInSeconds: 200 }))).toBe(200);
    const leased = { ...both, expiresInSeconds: 1, leased: true };
    expect(await waitOf(await timed('retrying', leased))).toBe(10);
  });
});

describe('what was claimed and has expired', () => {
  it('fails in its run without an attempt, and says by when it was to be delivered', async () => {
    const expired = await timed('pending', { expiresInSeconds: -1 });
    const claimant = newUuid();
    await claim(expired, claimant);
    await expireClaimed(store.pool, {
      deliveryId: expired.id,
      claimant: newUuid(),
      runId: 'other',
    });
    expect(await stored(expired)).toMatchObject({ state: 'pending' });
    await expireClaimed(store.pool, { deliveryId: expired.id, claimant, runId: 'run' });
    const { expiresAt, ...rest } = await stored(expired);
    expect(rest).toEqual({
      state: 'failed',
      reason: `expired: not delivered by ${(expiresAt as Date).toISOString()}`,
      runs: ['run'],
      dueAt: null,
      claimant: null,
    });
    const { rowCount } = await store.pool.query('SELECT FROM attempts WHERE delivery_id = $1', [
      expired.id,
    ]);
    expect(rowCount).toBe(0);
  });

  it('gets no fresh round, neither by another run nor by a resend', async () => {
    const expired = await timed('failed', { expiresInSeconds: -1 });
    const alive = await timed('failed', { expiresInSeconds: 60 });
    for (const { id } of [expired, alive]) {
      await settleFailed(store.pool, { deliveryId: id }, 'another run');
    }
    expect([(await stored(expired))['state'], (await stored(alive))['state']]).toEqual([
      ...['failed', 'pending'],
    ]);
    expect(await openRounds(store.pool, [expired.id], { through: 'queue' })).toEqual([]);
  });
});

describe('the chore', () => {
  it('fails what has expired in a queue, and what its workflow should have failed a minute ago', async () => {
    const expired = { expiresInSeconds: -1 };
    const gone = [
      await timed('queued', expired),
      await timed('retrying', { dueInSeconds: 600, expiresInSeconds: -61 }),
      await timed('pending', { expiresInSeconds: -61 }),
    ];
    const left = [
      await timed('queued', { expiresInSeconds: 60 }),
      await timed('queued'),
      await timed('retrying', expired),
      await timed('retrying', { expiresInSeconds: -61, leased: true }),
    ];
    await expireDeliveries(store.pool);
    for (const delivery of gone) expect(await stored(delivery)).toMatchObject({ state: 'failed' });
    for (const delivery of left) {
      expect(await stored(delivery)).not.toMatchObject({ state: 'failed' });
    }
  });

  it('takes thousands, chunk by chunk', async () => {
    await store.pool.query(
      `INSERT INTO deliveries (id, event_id, environment, tenant, endpoint_id, event_type, format, state, schedule, due_at,
         queued_at, created_at, expires_at)
       SELECT lowest_uuid_at(now() + n * interval '1 ms'), gen_random_uuid(), 'test', 'many', $1, 'a.b', 'standard',
         'queued', '{}', now(), now(), now(), now() - interval '1 s'
       FROM generate_series(1, 2500) n`,
      [endpointId],
    );
    await expireDeliveries(store.pool);
    const { rows } = await store.pool.query(
      `SELECT state, count(*)::int FROM deliveries WHERE tenant = 'many' GROUP BY 1`,
    );
    expect(rows).toEqual([{ state: 'failed', count: 2_500 }]);
  });

  it('lets an order go on, and has its drain look', async () => {
    const blocking = await timed('queued', { expiresInSeconds: -1 });
    await store.pool.query('UPDATE deliveries SET ordering_number = 1 WHERE id = $1', [
      blocking.id,
    ]);
    await store.pool.query(
      `INSERT INTO ordering_heads (endpoint_id, ordering_key, next_number, blocked_by) VALUES ($1, '', 2, $2)`,
      [endpointId, blocking.id],
    );
    await expireDeliveries(store.pool);
    expect(await stored(blocking)).toMatchObject({ state: 'failed' });
    const { rows } = await store.pool.query(
      'SELECT blocked_by FROM ordering_heads WHERE endpoint_id = $1',
      [endpointId],
    );
    expect(rows).toEqual([{ blocked_by: null }]);
    const woken = await store.pool.query('SELECT FROM outbox WHERE subject_id = $1', [endpointId]);
    expect(woken.rowCount).toBeGreaterThan(0);
  });
});
