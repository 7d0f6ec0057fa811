import { v7 as newUuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRecovery } from '../../src/intake/recoveries/createRecovery.js';
import { inTransaction } from '../../src/store/pool.js';
import { endCancelled, readOverdueRecoveries } from '../../src/store/recoveries.js';
import type { RecoveryDefinition, RecoveryRecord } from '../../src/store/recoveries.js';
import { recoverNext, type RecoveryProgress } from '../../src/store/recoverNext.js';
import type { FinalState } from '../../src/domain/words.js';
import { byTest } from '../setup/byTest.js';
import { eventually } from '../setup/eventually.js';
import { insertDelivery, insertEndpoint, openStore, type StoreScene } from './storeScene.js';

let store: StoreScene;
beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store.stop());

const acme = { environment: 'test', tenant: 'acme' } as const;

async function make(wanted: Partial<RecoveryDefinition>): Promise<RecoveryRecord> {
  return await createRecovery(
    store.pool,
    acme,
    {
      ...{ endpointIds: null, eventTypes: null, deliveryIds: null, since: null, until: null },
      ...{ states: ['failed'], ratePerSecond: 10_000 },
      ...wanted,
    },
    byTest,
  );
}

/** An endpoint with so many ended deliveries, oldest first. */
async function withEnded(
  count: number,
  state: FinalState = 'failed',
): Promise<{ endpointId: string; ids: string[] }> {
  const endpointId = await insertEndpoint(store.pool);
  const ids: string[] = [];
  for (let n = 0; n < count; n += 1) {
    const eventId = newUuid();
    ids.push((await insertDelivery(store.pool, endpointId, { state, eventId })).id);
  }
  return { endpointId, ids: ids.toSorted() };
}

/** Slice after slice, as its workflow, but without waiting for its rate. */
async function run(id: string): Promise<RecoveryProgress[]> {
  const steps: RecoveryProgress[] = [];
  for (;;) {
    const progress = await next(id);
    steps.push(progress);
    if (progress.state !== 'running') return steps;
  }
}

async function next(id: string): Promise<RecoveryProgress> {
  await store.pool.query('UPDATE recoveries SET next_slice_at = now() WHERE id = $1', [id]);
  const progress = await recoverNext(store.pool, id);
  if (progress === null) throw new Error(`no recovery ${id}`);
  return progress;
}

async function cancel(id: string): Promise<boolean> {
  return await inTransaction(store.pool, (client) => endCancelled(client, id, byTest));
}

async function rounds(ids: readonly string[]): Promise<string[]> {
  const { rows } = await store.pool.query<{ round: number; state: string }>(
    'SELECT round, state FROM deliveries WHERE id = ANY ($1::uuid[]) ORDER BY id',
    [ids],
  );
  return rows.map(({ round, state }) => `${round} ${state}`);
}

async function wakesOf(kind: string, subjectId: string): Promise<number> {
  const { rows } = await store.pool.query(
    'SELECT FROM outbox WHERE kind = $1 AND subject_id = $2',
    [...[kind, subjectId]],
  );
  return rows.length;
}

describe('a recovery', () => {
  it('queues what failed, slice by slice, oldest first, and has the endpoint drained', async () => {
    const { endpointId, ids } = await withEnded(5);
    const { id, total } = await make({ endpointIds: [endpointId], ratePerSecond: 2 });
    expect(total).toBe(5);
    expect(await wakesOf('recover', id)).toBe(1);
    const first = await next(id);
    expect(first).toMatchObject({ state: 'running', resent: 2, skipped: 0, cursor: ids[1] });
    expect(await rounds(ids)).toEqual([
      ...['2 queued', '2 queued', '1 failed', '1 failed', '1 failed'],
    ]);
    expect(await wakesOf('drainEndpoint', endpointId)).toBe(1);
    const steps = await run(id);
    expect(steps.map(({ resent }) => resent)).toEqual([4, 5]);
    expect(steps.at(-1)).toMatchObject({
      state: 'completed',
      cursor: ids[4],
      waitMs: expect.any(Number),
    });
    expect(await rounds(ids)).toEqual(Array<string>(5).fill('2 queued'));
    expect(await wakesOf('drainEndpoint', endpointId)).toBe(1);
    const { rows } = await store.pool.query<{ reason: string; due: boolean }>(
      'SELECT DISTINCT reason, due_at <= now() AS due FROM deliveries WHERE endpoint_id = $1',
      [endpointId],
    );
    expect(rows).toEqual([{ reason: 'waits for its turn: it is sent again', due: true }]);
    // Asked once more, it moves nothing.
    expect(await recoverNext(store.pool, id)).toMatchObject({ state: 'completed', resent: 5 });
  });

  it('keeps its rate, whoever asks, and makes up for no more than a second', async () => {
    const { endpointId } = await withEnded(6);
    const { id } = await make({ endpointIds: [endpointId], ratePerSecond: 2 });
    const first = await recoverNext(store.pool, id);
    expect(first?.resent).toBe(2);
    expect(first?.waitMs).toBeGreaterThan(500);
    expect(first?.waitMs).toBeLessThanOrEqual(1_000);
    expect((await recoverNext(store.pool, id))?.resent).toBe(2);
    await store.pool.query(
      `UPDATE recoveries SET next_slice_at = now() - interval '1 hour' WHERE id = $1`,
      [id],
    );
    const late = await recoverNext(store.pool, id);
    expect(late).toMatchObject({ resent: 4, waitMs: 0 });
    expect((await recoverNext(store.pool, id))?.waitMs).toBeGreaterThan(500);
  });

  it('two at once over the same set send each once, and a slice taken twice at once too', async () => {
    const { endpointId, ids } = await withEnded(40);
    const [one, other] = [
      await make({ endpointIds: [endpointId], ratePerSecond: 7 }),
      await make({ endpointIds: [endpointId], ratePerSecond: 5 }),
    ];
    const ends = await Promise.all([run(one.id), run(other.id), run(one.id), run(other.id)]);
    expect(ends.map((steps) => steps.at(-1)?.state)).toEqual(Array(4).fill('completed'));
    const { rows } = await store.pool.query<{ resent: number }>(
      'SELECT sum(resent)::int AS resent FROM recoveries WHERE id = ANY ($1::uuid[])',
      [[one.id, other.id]],
    );
    expect(rows[0]?.resent).toBe(40);
    expect(await rounds(ids)).toEqual(Array<string>(40).fill('2 queued'));
  });

  it('loses and repeats nothing when its connection is cut in the middle of a slice', async () => {
    const { endpointId, ids } = await withEnded(4);
    const { id } = await make({ endpointIds: [endpointId], ratePerSecond: 2 });
    await next(id);
    // Somebody holds the next but one, so that the slice is under way when its connection ends.
    const holder = await store.pool.connect();
    await holder.query('BEGIN');
    await holder.query('SELECT FROM deliveries WHERE id = $1 FOR UPDATE', [ids[3]]);
    const cut = expect(next(id)).rejects.toThrow(/terminat/i);
    await eventually(async () => {
      const { rowCount } = await store.pool.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      expect(rowCount).toBe(1);
    });
    await cut;
    await holder.query('ROLLBACK');
    holder.release();
    expect(await rounds(ids)).toEqual(['2 queued', '2 queued', '1 failed', '1 failed']);
    const steps = await run(id);
    expect(steps.at(-1)).toMatchObject({ state: 'completed', resent: 4 });
    expect(await rounds(ids)).toEqual(Array<string>(4).fill('2 queued'));
  });

  it('sends what was delivered again only where asked, and never what was delivered meanwhile', async () => {
    const { endpointId, ids } = await withEnded(2, 'delivered');
    const plain = await make({ endpointIds: [endpointId] });
    expect((await run(plain.id)).at(-1)).toMatchObject({ resent: 0, skipped: 0, total: 0 });
    const failed = await insertDelivery(store.pool, endpointId, { state: 'failed' });
    const { id } = await make({ endpointIds: [endpointId] });
    const holder = await store.pool.connect();
    await holder.query('BEGIN');
    await holder.query(`UPDATE deliveries SET state = 'delivered' WHERE id = $1`, [failed.id]);
    const ending = run(id);
    await eventually(async () => {
      const { rows } = await store.pool.query(
        `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      expect(rows).toHaveLength(1);
    });
    // A late answer, between the look and the lock.
    await holder.query('COMMIT');
    holder.release();
    expect((await ending).at(-1)).toMatchObject({ resent: 0, skipped: 0, state: 'completed' });
    expect(await rounds([failed.id])).toEqual(['1 delivered']);
    const asked = await make({ endpointIds: [endpointId], states: ['delivered'] });
    expect((await run(asked.id)).at(-1)).toMatchObject({ resent: 3, total: 3 });
    expect(await rounds(ids)).toEqual(['2 queued', '2 queued']);
  });

  it('finds by type, time, endpoint and id together, and of its own tenant alone', async () => {
    const { endpointId, ids } = await withEnded(3);
    const another = await withEnded(1);
    const cancelled = await insertDelivery(store.pool, endpointId, { state: 'cancelled' });
    await store.pool.query(`UPDATE deliveries SET event_type = 'c.d' WHERE id = $1`, [ids[1]]);
    await store.pool.query(`UPDATE deliveries SET tenant = 'globex' WHERE id = $1`, [ids[2]]);
    const endpointIds = [endpointId];
    expect((await make({ endpointIds, eventTypes: ['c.d', 'x'] })).total).toBe(1);
    expect((await make({ endpointIds, eventTypes: ['x'] })).total).toBe(0);
    expect((await make({ endpointIds: [endpointId, another.endpointId] })).total).toBe(3);
    expect((await make({ endpointIds, states: ['failed', 'cancelled'] })).total).toBe(3);
    expect((await make({ deliveryIds: [ids[0] ?? '', cancelled.id] })).total).toBe(1);
    const soon = new Date(Date.now() + 3_600_000);
    expect((await make({ endpointIds, since: soon })).total).toBe(0);
    expect((await make({ endpointIds, until: new Date(Date.now() - 3_600_000) })).total).toBe(0);
    const { id, total } = await make({ endpointIds, since: new Date(Date.now() - 60_000) });
    expect(total).toBe(2);
    expect((await run(id)).at(-1)).toMatchObject({ resent: 2 });
    expect(await rounds([...ids, cancelled.id])).toEqual([
      ...['2 queued', '2 queued', '1 failed', '1 cancelled'],
    ]);
  });

  it('is about nothing that was accepted after it', async () => {
    const { endpointId, ids } = await withEnded(1);
    const { id } = await make({ endpointIds: [endpointId] });
    await new Promise((resolve) => setTimeout(resolve, 5));
    const later = await insertDelivery(store.pool, endpointId, { state: 'failed' });
    expect((await run(id)).at(-1)).toMatchObject({ resent: 1 });
    expect(await rounds([...ids, later.id])).toEqual(['2 queued', '1 failed']);
  });

  it('skips what has expired, and what nobody is there for', async () => {
    const { endpointId, ids } = await withEnded(2);
    const gone = await withEnded(1);
    const { id } = await make({ endpointIds: [endpointId, gone.endpointId] });
    await store.pool.query(
      `UPDATE deliveries SET expires_at = now() - interval '1 s' WHERE id = $1`,
      [ids[0]],
    );
    await store.pool.query('UPDATE endpoints SET deleted_at = now() WHERE id = $1', [
      gone.endpointId,
    ]);
    expect((await run(id)).at(-1)).toMatchObject({ resent: 1, skipped: 2, total: 3 });
    expect(await rounds([...ids, ...gone.ids])).toEqual(['1 failed', '2 queued', '1 failed']);
    expect(await wakesOf('drainEndpoint', gone.endpointId)).toBe(0);
  });

  it('queues for a disabled endpoint, and says for what it waits; no drain is started', async () => {
    const { endpointId, ids } = await withEnded(1);
    await store.pool.query(
      `UPDATE endpoints SET enabled = false, disabled_reason = 'owner' WHERE id = $1`,
      [endpointId],
    );
    const { id } = await make({ endpointIds: [endpointId] });
    expect((await run(id)).at(-1)).toMatchObject({ resent: 1 });
    const { rows } = await store.pool.query<{ state: string; reason: string }>(
      'SELECT state, reason FROM deliveries WHERE id = $1',
      [ids[0]],
    );
    expect(rows).toEqual([{ state: 'queued', reason: 'the endpoint is disabled' }]);
    expect(await wakesOf('drainEndpoint', endpointId)).toBe(0);
  });

  it("gives a one-off endpoint's delivery to a workflow of its own: it has no queue", async () => {
    const { endpointId, ids } = await withEnded(1);
    await store.pool.query('UPDATE endpoints SET one_off = true WHERE id = $1', [endpointId]);
    const { id } = await make({ deliveryIds: ids });
    expect((await run(id)).at(-1)).toMatchObject({ resent: 1 });
    expect(await rounds(ids)).toEqual(['2 pending']);
    expect(await wakesOf('redeliver', ids[0] ?? '')).toBe(1);
  });

  it('that was cancelled moves nothing more', async () => {
    const { endpointId, ids } = await withEnded(3);
    const { id } = await make({ endpointIds: [endpointId], ratePerSecond: 1 });
    await next(id);
    expect(await cancel(id)).toBe(true);
    expect(await next(id)).toMatchObject({ state: 'cancelled', resent: 1 });
    expect(await rounds(ids)).toEqual(['2 queued', '1 failed', '1 failed']);
    expect(await cancel(id)).toBe(false);
  });

  it('looks at 10,000 rows at a time, and goes on where it found nothing', async () => {
    const { endpointId, ids } = await withEnded(1);
    await store.pool.query(
      `INSERT INTO deliveries (id, event_id, environment, tenant, endpoint_id, event_type, format, state, schedule,
         created_at)
       SELECT overlay(d.id::text PLACING lpad(to_hex(n), 12, '0') FROM 25)::uuid, gen_random_uuid(), environment,
         tenant, endpoint_id, 'other', format, state, schedule, created_at
       FROM deliveries d, generate_series(1, 12000) AS n WHERE d.id = $1`,
      [ids[0]],
    );
    // The one that is wanted is the last of all.
    await store.pool.query(
      `UPDATE deliveries SET id = overlay(id::text PLACING 'ffffffffffff' FROM 25)::uuid WHERE id = $1`,
      [ids[0]],
    );
    const { id } = await make({ endpointIds: [endpointId], eventTypes: ['a.b'] });
    expect((await run(id)).map(({ resent, state }) => [resent, state])).toEqual([
      [0, 'running'],
      [1, 'completed'],
    ]);
  });
});

describe('readOverdueRecoveries', () => {
  it('finds those that run without a step for long, and that no outbox row is about', async () => {
    const { endpointId } = await withEnded(1);
    const { id } = await make({ endpointIds: [endpointId] });
    const overdue = (): Promise<string[]> =>
      readOverdueRecoveries(store.pool, { overdueMs: 1_000, limit: 100 });
    await store.pool.query(
      `UPDATE recoveries SET next_slice_at = now() - interval '2 s' WHERE id = $1`,
      [id],
    );
    expect(await overdue()).not.toContain(id);
    await store.pool.query('DELETE FROM outbox WHERE subject_id = $1', [id]);
    expect(await overdue()).toContain(id);
    await run(id);
    expect(await overdue()).not.toContain(id);
  });
});
