import { v7 as newUuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cancelOpen } from '../../src/store/moveDeliveries.js';
import { inTransaction } from '../../src/store/pool.js';
import { recordAttempts, type AttemptRecord } from '../../src/store/recordAttempts.js';
import { eventually } from '../setup/eventually.js';
import { insertDelivery, insertEndpoint, openStore, type StoreScene } from './storeScene.js';

let store: StoreScene;
let endpointId: string;

beforeAll(async () => {
  store = await openStore();
  endpointId = await insertEndpoint(store.pool);
});
afterAll(async () => {
  await store.stop();
});

const success = {
  outcome: 'success',
  status: 200,
  failure: null,
  lastAnswer: '200',
  state: 'delivered',
  waitMs: null,
} as const;
const failure = {
  outcome: 'failure',
  status: 500,
  failure: 'status',
  lastAnswer: '500',
  state: 'retrying',
  waitMs: 60_000,
} as const;

function recordFor(deliveryId: string, changes: Partial<AttemptRecord> = {}): AttemptRecord {
  return {
    id: newUuid(),
    deliveryId,
    round: 1,
    number: 1,
    priorState: 'pending',
    startedAt: new Date(),
    durationMs: 12,
    responseHeaders: { 'content-type': 'text/plain' },
    responseBody: 'ok',
    responseTruncated: false,
    reason: null,
    disablesEndpoint: false,
    endpointUpdatedAt: '2026-11-20T00:00:00.000001+00:00',
    runId: 'run',
    ...success,
    ...changes,
  };
}

async function updatedAt(endpoint: string): Promise<string> {
  const { rows } = await store.pool.query<{ text: string }>(
    'SELECT updated_at::text AS text FROM endpoints WHERE id = $1',
    [endpoint],
  );
  return rows[0]?.text ?? '';
}

async function waitingForLocks(): Promise<number> {
  const { rows } = await store.pool.query<{ count: number }>(
    `SELECT count(*)::int FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
  );
  return rows[0]?.count ?? 0;
}

async function read(id: string) {
  const { rows } = await store.pool.query<Record<string, unknown>>(
    `SELECT state, reason, attempt_count AS "attemptCount", last_answer AS "lastAnswer", due_at AS "dueAt",
       finished_at AS "finishedAt", failed_in_runs AS "failedInRuns", lease_until AS "leaseUntil",
       (SELECT json_agg(json_build_object('number', a.number, 'outcome', a.outcome, 'status', a.status,
          'late', a.late_outcome, 'lateStatus', a.late_status) ORDER BY a.number)
        FROM attempts a WHERE a.delivery_id = d.id) AS attempts
     FROM deliveries d WHERE id = $1`,
    [id],
  );
  return rows[0];
}

describe('recordAttempts', () => {
  it('writes attempts and transitions of several deliveries at once, and ends their claims', async () => {
    const [one, two, three] = await Promise.all(
      Array.from({ length: 3 }, () => insertDelivery(store.pool, endpointId)),
    );
    if (!one || !two || !three) throw new Error('They were not inserted');
    await store.pool.query(
      `UPDATE deliveries SET claimant = $1, lease_until = now() + interval '9 s'`,
      [newUuid()],
    );
    const counted = await recordAttempts(store.pool, [
      recordFor(one.id),
      recordFor(two.id, failure),
      recordFor(three.id, { ...failure, state: 'failed', waitMs: null, reason: 'used up' }),
    ]);
    expect(counted).toEqual(new Set([one.id, two.id, three.id]));
    expect(await read(one.id)).toMatchObject({
      state: 'delivered',
      attemptCount: 1,
      lastAnswer: '200',
      dueAt: null,
      leaseUntil: null,
      attempts: [{ number: 1, outcome: 'success', status: 200, late: null }],
    });
    const retrying = await read(two.id);
    expect(retrying).toMatchObject({ state: 'retrying', finishedAt: null, failedInRuns: [] });
    const dueAt = retrying?.['dueAt'];
    if (!(dueAt instanceof Date)) throw new Error('It has no due time');
    expect(dueAt.getTime() - Date.now()).toBeGreaterThan(55_000);
    expect(await read(three.id)).toMatchObject({
      state: 'failed',
      reason: 'used up',
      failedInRuns: ['run'],
      dueAt: null,
    });
  });

  it.each([
    ['another attempt', { attemptCount: 1, state: 'retrying' }],
    ['a cancel', { attemptCount: 0, state: 'cancelled' }],
    ['a queueing', { attemptCount: 0, state: 'queued' }],
  ] as const)(
    'records a failure as late where %s was faster, and changes nothing',
    async (_, now) => {
      const { id } = await insertDelivery(store.pool, endpointId, now);
      expect(await recordAttempts(store.pool, [recordFor(id, failure)])).toEqual(new Set());
      expect(await read(id)).toMatchObject({
        state: now.state,
        attemptCount: now.attemptCount,
        lastAnswer: null,
        attempts: [{ outcome: null, status: null, late: 'failure', lateStatus: 500 }],
      });
    },
  );

  it('counts only the attempt after the last one, though the state is the same', async () => {
    const { id } = await insertDelivery(store.pool, endpointId, {
      state: 'retrying',
      attemptCount: 2,
    });
    const second = recordFor(id, { ...failure, number: 2, priorState: 'retrying' });
    expect(await recordAttempts(store.pool, [second])).toEqual(new Set());
    const third = recordFor(id, { ...failure, number: 3, priorState: 'retrying' });
    expect(await recordAttempts(store.pool, [third])).toEqual(new Set([id]));
    const ofAnotherRound = recordFor(id, { ...third, number: 4, round: 2 });
    expect(await recordAttempts(store.pool, [ofAnotherRound])).toEqual(new Set());
  });

  it.each(['retrying', 'failed', 'cancelled', 'queued'] as const)(
    'makes a delivery that is %s delivered by a late success',
    async (state) => {
      const { id } = await insertDelivery(store.pool, endpointId, { state, attemptCount: 2 });
      expect(await recordAttempts(store.pool, [recordFor(id)])).toEqual(new Set());
      expect(await read(id)).toMatchObject({
        state: 'delivered',
        dueAt: null,
        lastAnswer: '200',
        attempts: [{ outcome: null, late: 'success', lateStatus: 200 }],
      });
    },
  );

  it('keeps the answer that decided when another one of the same attempt comes', async () => {
    const { id } = await insertDelivery(store.pool, endpointId);
    await recordAttempts(store.pool, [recordFor(id, failure)]);
    const counted = await recordAttempts(store.pool, [recordFor(id, { ...failure, status: 503 })]);
    expect(counted).toEqual(new Set());
    expect(await read(id)).toMatchObject({
      state: 'retrying',
      attemptCount: 1,
      attempts: [{ outcome: 'failure', status: 500, late: 'failure', lateStatus: 503 }],
    });
  });

  it('makes a delivery delivered whose cancel is committed while the answer waits for it', async () => {
    const { id } = await insertDelivery(store.pool, endpointId);
    const other = await insertDelivery(store.pool, endpointId);
    let recording: Promise<Set<string>> = Promise.resolve(new Set());
    await inTransaction(store.pool, async (db) => {
      await cancelOpen(db, { deliveryId: id });
      recording = recordAttempts(store.pool, [recordFor(id), recordFor(other.id)]);
      await eventually(async () => expect(await waitingForLocks()).toBe(1));
    });
    expect(await recording).toEqual(new Set([other.id]));
    expect(await read(id)).toMatchObject({
      state: 'delivered',
      dueAt: null,
      attempts: [{ outcome: null, late: 'success' }],
    });
    expect(await read(other.id)).toMatchObject({ state: 'delivered', attemptCount: 1 });
  });

  it('takes a record that is written again for the same answer, not for a late one', async () => {
    const { id } = await insertDelivery(store.pool, endpointId);
    const record = recordFor(id);
    await recordAttempts(store.pool, [record]);
    await recordAttempts(store.pool, [record]);
    expect(await read(id)).toMatchObject({
      attempts: [{ outcome: 'success', late: null, lateStatus: null }],
    });
  });

  it('keeps of an attempt that was late and made again what the deciding one brought', async () => {
    const { id } = await insertDelivery(store.pool, endpointId, { state: 'queued' });
    const late = recordFor(id, { ...failure, responseBody: 'late', durationMs: 9_000 });
    await recordAttempts(store.pool, [late]);
    await store.pool.query(`UPDATE deliveries SET state = 'pending' WHERE id = $1`, [id]);
    const deciding = recordFor(id, { responseBody: 'deciding' });
    expect(await recordAttempts(store.pool, [deciding])).toEqual(new Set([id]));
    const { rows } = await store.pool.query(
      `SELECT id, outcome, status, failure, late_outcome AS late, late_status AS "lateStatus",
         duration_ms AS "durationMs", (SELECT body FROM answer_bodies b WHERE b.attempt_id = a.id) AS "responseBody"
       FROM attempts a WHERE delivery_id = $1`,
      [id],
    );
    expect(rows).toEqual([
      {
        id: deciding.id,
        outcome: 'success',
        status: 200,
        failure: null,
        late: 'failure',
        lateStatus: 500,
        durationMs: 12,
        responseBody: 'deciding',
      },
    ]);
  });

  it('disables the endpoint with a 410, in the same statement, and only where the attempt counted', async () => {
    const own = await insertEndpoint(store.pool);
    const gone: Partial<AttemptRecord> = {
      ...failure,
      status: 410,
      state: 'queued',
      waitMs: null,
      disablesEndpoint: true,
      endpointUpdatedAt: await updatedAt(own),
    };
    const isEnabled = async () => {
      const { rows } = await store.pool.query<{ enabled: boolean; reason: string | null }>(
        'SELECT enabled, disabled_reason AS reason FROM endpoints WHERE id = $1',
        [own],
      );
      return rows[0];
    };
    const late = await insertDelivery(store.pool, own, { state: 'cancelled' });
    await recordAttempts(store.pool, [recordFor(late.id, gone)]);
    expect(await isEnabled()).toEqual({ enabled: true, reason: null });

    const { id } = await insertDelivery(store.pool, own);
    await recordAttempts(store.pool, [recordFor(id, gone)]);
    expect(await isEnabled()).toEqual({ enabled: false, reason: 'gone' });
    expect(await read(id)).toMatchObject({ state: 'queued', finishedAt: null });
    expect((await read(id))?.['dueAt']).toBeInstanceOf(Date);
  });
});
