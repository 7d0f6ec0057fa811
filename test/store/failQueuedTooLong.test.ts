import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { operationalTenant } from '../../src/domain/operational.js';
import { Housekeeping } from '../../src/intake/housekeeping/housekeeping.js';
import { failQueuedTooLong } from '../../src/store/failQueuedTooLong.js';
import { newUuid } from '../../src/store/newUuid.js';
import { settleFailed } from '../../src/store/rounds.js';
import { createLog } from '../../src/telemetry/log.js';
import { createMetrics } from '../../src/telemetry/metrics/createMetrics.js';
import { eventually } from '../setup/eventually.js';
import { parseMetrics } from '../setup/metricsOf.js';
import { insertDelivery, insertEndpoint, openStore, type StoreScene } from './storeScene.js';

let store: StoreScene;
let endpointId: string;
beforeAll(async () => {
  store = await openStore();
  endpointId = await insertEndpoint(store.pool);
  await insertEndpoint(store.pool, operationalTenant);
});
afterAll(() => store.stop());

const running = new AbortController().signal;
const hourMs = 3_600_000;

/** A delivery of an event of that age, queued that long ago. */
async function insertQueued(ageHours: number, queuedHours: number): Promise<string> {
  const eventId = newUuid(Date.now() - ageHours * hourMs);
  const { id } = await insertDelivery(store.pool, endpointId, { state: 'queued', eventId });
  await store.pool.query(
    `UPDATE deliveries SET queued_at = now() - $2 * interval '1 hour' WHERE id = $1`,
    [id, queuedHours],
  );
  return id;
}

async function stateOf(id: string): Promise<{ state: string; reason: string | null }> {
  const { rows } = await store.pool.query<{ state: string; reason: string | null }>(
    'SELECT state, reason FROM deliveries WHERE id = $1',
    [id],
  );
  return rows[0] ?? { state: 'gone', reason: null };
}

async function raisedFor(id: string): Promise<object[]> {
  const { rows } = await store.pool.query<{ data: object }>(
    `SELECT data FROM operational_events WHERE data -> 'delivery' ->> 'id' = $1`,
    [`dlv_${id}`],
  );
  return rows.map(({ data }) => data);
}

describe('what is queued', () => {
  it('fails when it has waited for too long, and is told of once', async () => {
    const old = await insertQueued(30, 25);
    await failQueuedTooLong(store.pool, 24, running);
    await failQueuedTooLong(store.pool, 24, running);
    const reason = 'waited for its endpoint for longer than 24 hours';
    expect(await stateOf(old)).toEqual({ state: 'failed', reason });
    expect(await raisedFor(old)).toMatchObject([{ delivery: { reason }, blocksOrder: false }]);
    const { rows } = await store.pool.query(
      'SELECT due_at, finished_at IS NOT NULL AS ended FROM deliveries WHERE id = $1',
      [old],
    );
    expect(rows).toEqual([{ due_at: null, ended: true }]);
  });

  it('stays where it was queued later, is being sent, or is something else', async () => {
    const later = await insertQueued(30, 23);
    const young = await insertQueued(23, 23);
    const sent = await insertQueued(30, 25);
    await store.pool.query(
      `UPDATE deliveries SET lease_until = now() + interval '1 minute' WHERE id = $1`,
      [sent],
    );
    const retrying = await insertQueued(30, 25);
    await store.pool.query(`UPDATE deliveries SET state = 'retrying' WHERE id = $1`, [retrying]);
    await failQueuedTooLong(store.pool, 24, running);
    for (const id of [later, young, sent]) expect((await stateOf(id)).state).toBe('queued');
    expect((await stateOf(retrying)).state).toBe('retrying');
    expect(await raisedFor(sent)).toEqual([]);
    await store.pool.query('UPDATE deliveries SET lease_until = now() WHERE id = $1', [sent]);
    await failQueuedTooLong(store.pool, 24, running);
    expect((await stateOf(sent)).state).toBe('failed');
  });

  it('stays failed when a run ends that worked on others of its event', async () => {
    const old = await insertQueued(30, 25);
    await failQueuedTooLong(store.pool, 24, running);
    await settleFailed(store.pool, { deliveryId: old }, 'a run');
    expect((await stateOf(old)).state).toBe('failed');
    await settleFailed(store.pool, { deliveryId: old }, 'another run');
    expect((await stateOf(old)).state).toBe('pending');
  });

  it('blocks its order no more, and its drain looks', async () => {
    const blocker = await insertQueued(30, 25);
    await store.pool.query(
      `UPDATE deliveries SET ordering_key = 'k', ordering_number = 1 WHERE id = $1`,
      [blocker],
    );
    await store.pool.query(
      `INSERT INTO ordering_heads (endpoint_id, ordering_key, next_number, blocked_by)
       VALUES ($1, 'k', 2, $2), ($1, 'other', 2, $3)`,
      [endpointId, blocker, newUuid()],
    );
    await failQueuedTooLong(store.pool, 24, running);
    const { rows } = await store.pool.query(
      'SELECT ordering_key, blocked_by IS NULL AS free FROM ordering_heads ORDER BY 1',
    );
    expect(rows).toEqual([
      { ordering_key: 'k', free: true },
      { ordering_key: 'other', free: false },
    ]);
    const { rows: wakes } = await store.pool.query('SELECT kind, subject_id FROM outbox');
    expect(wakes).toEqual([{ kind: 'drainEndpoint', subject_id: endpointId }]);
  });

  it('goes in chunks until none is left, and ends between them when the process does', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 1_005; n += 1) ids.push(newUuid(Date.now() - 30 * hourMs));
    await store.pool.query(
      `INSERT INTO deliveries (id, event_id, environment, tenant, endpoint_id, event_type, format, state, schedule,
         due_at, queued_at, created_at)
       SELECT id, id, 'test', 'acme', $2, 'a.b', 'standard', 'queued', '{}', now(), now() - interval '25 hours', now()
       FROM unnest($1::uuid[]) id`,
      [ids, endpointId],
    );
    const left = async (): Promise<number> => {
      const { rows } = await store.pool.query<{ count: number }>(
        `SELECT count(*)::integer AS count FROM deliveries WHERE id = ANY ($1) AND state = 'queued'`,
        [ids],
      );
      return rows[0]?.count ?? 0;
    };
    await failQueuedTooLong(store.pool, 24, AbortSignal.abort());
    expect(await left()).toBe(1_005);
    await failQueuedTooLong(store.pool, 24, running);
    expect(await left()).toBe(0);
    const { rows } = await store.pool.query<{ count: number }>(
      `SELECT count(DISTINCT data -> 'delivery' ->> 'id')::integer AS count, count(*)::integer AS all
       FROM operational_events WHERE data -> 'delivery' ->> 'id' = ANY ($1)`,
      [ids.map((id) => `dlv_${id}`)],
    );
    expect(rows).toEqual([{ count: 1_005, all: 1_005 }]);
  });

  it('is looked for by the housekeeping', async () => {
    const old = await insertQueued(3, 2);
    const { metrics, page } = createMetrics(['dispatcher']);
    const housekeeping = new Housekeeping({
      pool: store.pool,
      log: createLog('silent'),
      metrics,
      sweep: async () => undefined,
      retentionDays: 120,
      payloadRetentionDays: 120,
      rotateSecrets: async () => undefined,
      rowRetentionHours: 720,
      queueRetentionHours: 1,
      auditRetentionDays: 400,
      roundMs: 1_000,
    });
    housekeeping.run();
    try {
      await eventually(async () =>
        expect(await stateOf(old)).toEqual({
          state: 'failed',
          reason: 'waited for its endpoint for longer than 1 hour',
        }),
      );
    } finally {
      await housekeeping.stop();
    }
    const series = parseMetrics(await page());
    const { rows } = await store.pool.query<{ failed: number }>(
      `SELECT count(*)::int AS failed FROM deliveries WHERE reason LIKE '%longer than 1 hour'`,
    );
    expect(rows).toEqual([
      { failed: series.get('everhook_deliveries_failed_total{cause="waited too long"}') },
    ]);
    const lastDone = series.get(
      'everhook_chore_last_success_timestamp_seconds{chore="partitions"}',
    );
    expect(Math.abs(Date.now() / 1_000 - (lastDone ?? 0))).toBeLessThan(60);
  });

  it('a chore that fails is not told as done: its last success stays that long ago', async () => {
    const { metrics, page } = createMetrics(['dispatcher']);
    const tries: number[] = [];
    const housekeeping = new Housekeeping({
      pool: store.pool,
      log: createLog('silent'),
      metrics,
      sweep: async () => {
        tries.push(Date.now());
        throw new Error('a test');
      },
      rotateSecrets: async () => undefined,
      ...{ rowRetentionHours: 720, queueRetentionHours: 1, auditRetentionDays: 1, roundMs: 100 },
      ...{ retentionDays: 120, payloadRetentionDays: 120 },
    });
    const name = 'everhook_chore_last_success_timestamp_seconds{chore="sweep"}';
    const begun = parseMetrics(await page()).get(name);
    housekeeping.run();
    await eventually(async () => expect(tries.length).toBeGreaterThanOrEqual(2));
    await housekeeping.stop();
    expect(parseMetrics(await page()).get(name)).toBe(begun);
  });
});
