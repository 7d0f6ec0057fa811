import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { operationalTenant } from '../../src/domain/operational.js';
import { createRecovery } from '../../src/intake/recoveries/createRecovery.js';
import { retryDelivery } from '../../src/intake/retryDelivery.js';
import { insertAcceptedEvents } from '../../src/store/acceptEvents.js';
import { dayTables, payloadTables } from '../../src/store/dayTables.js';
import { newUuid } from '../../src/store/newUuid.js';
import { inTransaction } from '../../src/store/pool.js';
import { readClock } from '../../src/store/readClock.js';
import { readAttempts } from '../../src/store/readDeliveries.js';
import { readEvent } from '../../src/store/readEvents.js';
import { recoverNext } from '../../src/store/recoverNext.js';
import { openRounds, settleFailed } from '../../src/store/rounds.js';
import { createSealer, parseEncryptionKeys } from '../../src/store/sealer.js';
import { byTest } from '../setup/byTest.js';
import { acceptedEvent } from './acceptedEvent.js';
import { insertOld, keep, makeDay, tablesOf } from './retentionScene.js';
import { insertDelivery, insertEndpoint, openStore, type StoreScene } from './storeScene.js';

let store: StoreScene;
let endpointId: string;
// Each a database of its own: what has once gone stays so.
beforeEach(async () => {
  store = await openStore();
  endpointId = await insertEndpoint(store.pool);
  await insertEndpoint(store.pool, operationalTenant);
});
afterEach(() => store.stop());

const all = dayTables.map(({ table }) => table).toSorted();
const withoutPayload = all.filter((name) => !payloadTables.some(({ table }) => table === name));
const acme = { environment: 'test', tenant: 'acme' } as const;

async function deliveryOf(id: string): Promise<unknown> {
  const { rows } = await store.pool.query('SELECT state, reason FROM deliveries WHERE id = $1', [
    id,
  ]);
  return rows[0] ?? null;
}

async function countOf(table: string): Promise<number> {
  const { rows } = await store.pool.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM ${table}`,
  );
  return rows[0]?.count ?? 0;
}

describe('a day that is over', () => {
  it('goes whole while events are accepted, and younger days are left as they are', async () => {
    const over = await makeDay(store.pool, 101);
    const last = await makeDay(store.pool, 100);
    await insertOld(store.pool, endpointId, { daysAgo: 101 });
    const kept = await insertOld(store.pool, endpointId, { daysAgo: 99.5 });
    const young = await insertOld(store.pool, endpointId, { daysAgo: 0 });
    const sealer = createSealer(parseEncryptionKeys(`k1:${Buffer.alloc(32).toString('base64')}`));
    const before = await countOf('events');
    const accepting = Promise.all(
      Array.from({ length: 40 }, async () => {
        const event = acceptedEvent({ endpointIds: [endpointId], isNumbered: false });
        const options = { newTenants: [], idempotencyHours: 1 };
        await insertAcceptedEvents(store.pool, sealer, [event], options);
      }),
    );
    await Promise.all([accepting, keep(store.pool, { payloadRetentionDays: 100 })]);
    expect(await tablesOf(store.pool, over)).toEqual([]);
    expect(await tablesOf(store.pool, last)).toEqual(all);
    expect(await countOf('events')).toBe(before - 1 + 40);
    for (const { id, eventId } of [kept, young]) {
      expect(await deliveryOf(id)).toEqual({ state: 'delivered', reason: null });
      const event = await readEvent(store.pool, { ...acme, eventId });
      expect(event?.data).toBe('{"a":1}');
    }
  });

  it('goes on where it was interrupted, and gives up rather than hold up everybody', async () => {
    const over = await makeDay(store.pool, 101);
    await insertOld(store.pool, endpointId, { daysAgo: 101 });
    await inTransaction(store.pool, async (reader) => {
      await reader.query('SELECT FROM deliveries LIMIT 1');
      await expect(keep(store.pool)).rejects.toThrow(/lock timeout/);
    });
    expect(await tablesOf(store.pool, over)).toEqual(['deliveries', 'events']);
    await keep(store.pool);
    expect(await tablesOf(store.pool, over)).toEqual([]);
  });

  it('stays while the process is being stopped', async () => {
    const over = await makeDay(store.pool, 101);
    await keep(store.pool, {}, AbortSignal.abort());
    expect(await tablesOf(store.pool, over)).toEqual(all);
  });

  it('takes with it what fell outside the days, or was recorded after it', async () => {
    const outside = await insertOld(store.pool, endpointId, { daysAgo: 150 });
    const young = await insertOld(store.pool, endpointId, { daysAgo: 49.5 });
    await keep(store.pool);
    expect(await deliveryOf(outside.id)).toBeNull();
    expect(await countOf('attempts')).toBe(1);
    expect(await readAttempts(store.pool, young.id)).toMatchObject([{ responseBody: 'thanks' }]);
  });
});

describe('what events carry', () => {
  it('goes before what is known of them', async () => {
    const day = await makeDay(store.pool, 60);
    const { id, eventId } = await insertOld(store.pool, endpointId, { daysAgo: 60 });
    await keep(store.pool);
    expect(await tablesOf(store.pool, day)).toEqual(withoutPayload);
    const event = await readEvent(store.pool, { ...acme, eventId });
    expect(event).toMatchObject({ id: eventId, type: 'a.b', data: null });
    expect(await readAttempts(store.pool, id)).toMatchObject([{ status: 200, responseBody: null }]);
  });

  it('holds up no order any more: what failed then can not be retried', async () => {
    const old = await insertOld(store.pool, endpointId, { daysAgo: 60, state: 'failed' });
    const young = await insertDelivery(store.pool, endpointId, { state: 'failed' });
    await store.pool.query(
      `INSERT INTO ordering_heads (endpoint_id, ordering_key, next_number, blocked_by)
       VALUES ($1, 'old', 2, $2), ($1, 'young', 2, $3)`,
      [endpointId, old.id, young.id],
    );
    await keep(store.pool);
    const { rows } = await store.pool.query(
      'SELECT ordering_key AS key, blocked_by AS by FROM ordering_heads ORDER BY 1',
    );
    expect(rows).toEqual([
      { key: 'old', by: null },
      { key: 'young', by: young.id },
    ]);
    const { rows: woken } = await store.pool.query(
      `SELECT subject_id AS id FROM outbox WHERE kind = 'drainEndpoint'`,
    );
    expect(woken).toEqual([{ id: endpointId }]);
  });

  it('is sent no more: a retry says why, a recovery counts it, a reset leaves it failed', async () => {
    await makeDay(store.pool, 60);
    const { id } = await insertOld(store.pool, endpointId, { daysAgo: 60, state: 'failed' });
    const young = await insertDelivery(store.pool, endpointId, { state: 'failed' });
    await keep(store.pool);
    const retried = retryDelivery(store.pool, { ...acme, deliveryId: id }, byTest);
    await expect(retried).rejects.toMatchObject({ code: 'payload_expired_resend' });
    expect(await openRounds(store.pool, [id], { through: 'gate' })).toEqual([]);
    await settleFailed(store.pool, { deliveryId: id }, newUuid());
    expect(await deliveryOf(id)).toMatchObject({ state: 'failed' });
    const { id: recoveryId } = await createRecovery(
      store.pool,
      acme,
      {
        ...{ endpointIds: null, eventTypes: null, deliveryIds: null, since: null, until: null },
        ...{ states: ['failed'], ratePerSecond: 100 },
      },
      byTest,
    );
    const progress = await recoverNext(store.pool, recoveryId);
    expect(progress).toMatchObject({ state: 'completed', resent: 1, skipped: 1 });
    expect(await deliveryOf(young.id)).toMatchObject({ state: 'queued' });
  });

  it.each(['pending', 'retrying', 'queued'] as const)(
    'has what is still %s fail first, and told of once',
    async (state) => {
      const day = await makeDay(store.pool, 60);
      const open = await insertOld(store.pool, endpointId, { daysAgo: 60, state });
      const young = await insertOld(store.pool, endpointId, { daysAgo: 49.5, state });
      await keep(store.pool);
      await keep(store.pool);
      const reason = 'expired: what it carries is kept for 50 days';
      expect(await deliveryOf(open.id)).toEqual({ state: 'failed', reason });
      expect(await deliveryOf(young.id)).toEqual({ state, reason: null });
      const { rows } = await store.pool.query('SELECT type, data FROM operational_events');
      expect(rows).toMatchObject([
        {
          type: 'everhook.delivery.failed',
          data: { delivery: { id: `dlv_${open.id}`, reason }, blocksOrder: false },
        },
      ]);
      expect(await tablesOf(store.pool, day)).toEqual(withoutPayload);
    },
  );

  it('stays while something of it is being sent', async () => {
    const day = await makeDay(store.pool, 60);
    const { id } = await insertOld(store.pool, endpointId, { daysAgo: 60, state: 'retrying' });
    const lease = 'UPDATE deliveries SET lease_until = now() + $2::interval WHERE id = $1';
    await store.pool.query(lease, [id, '1 minute']);
    await keep(store.pool);
    expect(await deliveryOf(id)).toMatchObject({ state: 'retrying' });
    expect(await tablesOf(store.pool, day)).toEqual(all);
    await store.pool.query(lease, [id, '-1 minute']);
    await keep(store.pool);
    expect(await deliveryOf(id)).toMatchObject({ state: 'failed' });
    expect(await tablesOf(store.pool, day)).toEqual(withoutPayload);
  });
});

describe('a clock', () => {
  it('that has jumped years ahead drops nothing for a day', async () => {
    const day = await makeDay(store.pool, 101);
    await store.pool.query(`UPDATE retention SET looked_at = now() - interval '8 days'`);
    await keep(store.pool);
    await keep(store.pool);
    expect(await tablesOf(store.pool, day)).toEqual(all);
    await store.pool.query(`UPDATE retention SET trusted_from = now() - interval '1 second'`);
    await keep(store.pool);
    expect(await tablesOf(store.pool, day)).toEqual([]);
  });

  it('that was years ahead and is set right is relied on a day later', async () => {
    const moved = `UPDATE retention SET looked_at = now() + interval '9 years', trusted_from = now() + interval '9 years'`;
    await store.pool.query(moved);
    expect(await readClock(store.pool, new Date())).toMatch('has jumped');
    const { rows } = await store.pool.query(
      `SELECT trusted_from < now() + interval '25 hours' AS soon FROM retention`,
    );
    expect(rows).toEqual([{ soon: true }]);
  });

  it('of a process that is apart from that of Postgres is not relied on', async () => {
    const ahead = new Date(Date.now() + 2 * 3_600_000);
    expect(await readClock(store.pool, ahead)).toMatch('more than 1 hour apart');
    expect(await readClock(store.pool, new Date())).toBeNull();
  });
});

describe('what is in no day', () => {
  it('goes with the days that it was of', async () => {
    const { pool } = store;
    const old = (): string => newUuid(Date.now() - 101 * 86_400_000);
    const oneOffs = [old(), newUuid()];
    for (const id of oneOffs) {
      await pool.query(
        `INSERT INTO endpoints (id, environment, tenant, url, event_types, filters, match, require, format, description,
           metadata, enabled, one_off)
         SELECT $1, environment, tenant, url, event_types, filters, match, require, format, description, metadata,
           enabled, true FROM endpoints WHERE id = $2`,
        [id, endpointId],
      );
      await pool.query(
        `INSERT INTO endpoint_secrets (id, endpoint_id, version, sealed) VALUES ($1, $1, 1, 'x')`,
        [id],
      );
    }
    const [deleted, deletedLately] = [await insertEndpoint(pool), await insertEndpoint(pool)];
    const deletion = `UPDATE endpoints SET deleted_at = now() - $2 * interval '1 day' WHERE id = $1`;
    await pool.query(deletion, [deleted, 102]);
    await pool.query(deletion, [deletedLately, 99]);
    await pool.query('INSERT INTO endpoint_queue (endpoint_id) VALUES ($1)', [deleted]);
    await pool.query(
      `INSERT INTO secret_rotations (endpoint_id, every_days, overlap_seconds, next_at, look_at)
       VALUES ($1, 365, 0, now() + interval '1 year', now() + interval '1 year')`,
      [deleted],
    );
    const imports = [old(), old(), newUuid()];
    for (const [n, id] of imports.entries()) {
      await pool.query(
        `INSERT INTO imports (id, environment, tenant, name, attributes, metadata, event_types, data, keep_rows,
           created_at, completed_at, rows_expired_at, rows_deleted)
         VALUES ($1, 'test', 'acme', $2, '{}', '{}', '{}', '{}', true, now() - interval '101.5 days',
           CASE WHEN $3 THEN now() END, now(), true)`,
        [id, `n${n}`, n === 1],
      );
    }
    await pool.query(
      `INSERT INTO batch_runs (delivery_id, import_id, choice, total_rows, batch_size) VALUES ($1, $1, 'all', 1, 1)`,
      [old()],
    );
    await pool.query(
      `INSERT INTO recoveries (id, environment, tenant, states, rate_per_second, state, finished_at)
       VALUES ($1, 'test', 'acme', '{failed}', 1, 'completed', now() - interval '101.5 days'),
         ($2, 'test', 'acme', '{failed}', 1, 'running', NULL)`,
      [old(), old()],
    );
    await keep(pool);
    const { rows } = await pool.query<{ id: string }>('SELECT id FROM endpoints');
    const ids = rows.map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining([endpointId, oneOffs[1], deletedLately]));
    expect(ids).not.toContain(oneOffs[0]);
    expect(ids).not.toContain(deleted);
    expect(await countOf('endpoint_secrets')).toBe(1);
    expect(await countOf('endpoint_queue')).toBe(0);
    expect(await countOf('batch_runs')).toBe(0);
    expect(await countOf('recoveries')).toBe(1);
    const { rows: left } = await pool.query('SELECT name, data FROM imports ORDER BY name');
    expect(left).toEqual([
      // Completed lately: its deliveries are there. What its product said of it is as old as its rows.
      { name: 'n1', data: null },
      { name: 'n2', data: '{}' },
    ]);
  });
});
