import { v7 as newUuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keysOfDatabase } from '../../src/cli/keys/keysOfDatabase.js';
import { systemActors } from '../../src/domain/audit.js';
import { lowestUuidAt } from '../../src/domain/ids.js';
import { Housekeeping } from '../../src/intake/housekeeping/housekeeping.js';
import { insertAuditEntries, listAuditEntries } from '../../src/store/auditEntries.js';
import { noteOutcomes } from '../../src/store/endpointHealth.js';
import { setEnabled } from '../../src/store/endpointState.js';
import { changeEnvironment } from '../../src/store/environments.js';
import { inTransaction } from '../../src/store/pool.js';
import { recordAttempts } from '../../src/store/recordAttempts.js';
import { createLog } from '../../src/telemetry/log.js';
import { createMetrics } from '../../src/telemetry/metrics/createMetrics.js';
import { byTest } from '../setup/byTest.js';
import { eventually } from '../setup/eventually.js';
import { insertDelivery, insertEndpoint, openStore, type StoreScene } from './storeScene.js';

let store: StoreScene;
beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store.stop());

interface Told {
  action: string;
  actor: string;
  changes: unknown;
}

/** Of a thing, oldest first. */
async function told(subject: string): Promise<Told[]> {
  const any = { tenant: null, action: null, fromMs: null, untilMs: null };
  const page = { limit: 100, after: null };
  const rows = await listAuditEntries(store.pool, { environment: 'test', ...any, subject }, page);
  return rows.toReversed().map(({ action, actorKind, actorName, changes }) => ({
    ...{ action, changes },
    actor: `${actorKind} ${actorName}`,
  }));
}

const disabled = (reason: string): object => ({
  enabled: { from: true, to: false },
  disabledReason: { from: null, to: reason },
});

describe('an audit entry', () => {
  it('is undone with its change', async () => {
    await expect(
      inTransaction(store.pool, async (client) => {
        await changeEnvironment(client, 'test', { undeclaredTypes: 'refuse' }, byTest);
        throw new Error('something else of the same transaction');
      }),
    ).rejects.toThrow('something else');
    expect(await told('test')).toEqual([]);
    const { rowCount } = await store.pool.query('SELECT FROM environments');
    expect(rowCount).toBe(0);
  });

  it('that can not be written undoes its change', async () => {
    const endpointId = await insertEndpoint(store.pool);
    const endpoint = { environment: 'test', tenant: 'acme', endpointId } as const;
    const unfit = { ...byTest, kind: 'key' as const };
    await expect(setEnabled(store.pool, endpoint, false, unfit)).rejects.toThrow('audit_entries');
    const { rows } = await store.pool.query('SELECT enabled FROM endpoints WHERE id = $1', [
      endpointId,
    ]);
    expect(rows).toEqual([{ enabled: true }]);
  });

  it('is written once of what several do at once', async () => {
    const endpointId = await insertEndpoint(store.pool);
    const endpoint = { environment: 'test', tenant: 'acme', endpointId } as const;
    await Promise.all(
      Array.from({ length: 16 }, () => setEnabled(store.pool, endpoint, false, byTest)),
    );
    expect(await told(`ep_${endpointId}`)).toEqual([
      { action: 'endpoint.disabled', actor: 'system test', changes: disabled('owner') },
    ]);
  });
});

describe('what the service changes by itself is told of', () => {
  const actor = 'system Everhook';

  it('an endpoint that answers 410, once', async () => {
    const endpointId = await insertEndpoint(store.pool);
    const deliveries = [
      await insertDelivery(store.pool, endpointId),
      await insertDelivery(store.pool, endpointId),
    ];
    const { rows } = await store.pool.query<{ text: string }>(
      'SELECT updated_at::text AS text FROM endpoints WHERE id = $1',
      [endpointId],
    );
    const records = deliveries.map(({ id }) => ({
      ...{ id: newUuid(), deliveryId: id, round: 1, number: 1, priorState: 'pending' as const },
      ...{ outcome: 'failure' as const, status: 410, failure: null, lastAnswer: '410' },
      ...{ startedAt: new Date(), durationMs: 1, responseHeaders: {}, responseBody: '' },
      ...{ responseTruncated: false, state: 'queued' as const, reason: 'gone', waitMs: null },
      ...{ disablesEndpoint: true, endpointUpdatedAt: rows[0]?.text ?? '', runId: 'run' },
    }));
    await recordAttempts(store.pool, records);
    await recordAttempts(store.pool, records);
    expect(await told(`ep_${endpointId}`)).toEqual([
      { action: 'endpoint.disabled', actor, changes: disabled('gone') },
    ]);
  });

  it('an endpoint that has failed for too long, and no circuit', async () => {
    const endpointId = await insertEndpoint(store.pool);
    const bounds = { failuresToOpen: 1, firstProbeMs: 100, maxProbeMs: 100, disableAfterMs: 1_000 };
    const failed = {
      ...{ failures: 1, succeeded: false, probed: true, retryAfterMs: 0, lastAnswer: '503' },
    };
    const note = () => noteOutcomes(store.pool, new Map([[endpointId, failed]]), bounds);
    expect((await note()).get(endpointId)).toMatchObject({ circuit: 'opens', disables: false });
    expect(await told(`ep_${endpointId}`)).toEqual([]);
    await store.pool.query(
      `UPDATE endpoints SET circuit_opened_at = now() - interval '1 hour', warned_at = now() - interval '1 hour'
       WHERE id = $1`,
      [endpointId],
    );
    expect((await note()).get(endpointId)).toMatchObject({ disables: true });
    expect(await told(`ep_${endpointId}`)).toEqual([
      { action: 'endpoint.disabled', actor, changes: disabled('failing') },
    ]);
  });
});

it('a key that the command makes and revokes in the database is told of as its own', async () => {
  const keys = keysOfDatabase(store.databaseUrl, 'test');
  try {
    const { id } = await keys.create({ name: 'first' });
    await keys.revoke(id);
    const actor = 'system command';
    expect(await told(id)).toMatchObject([
      { action: 'api_key.created', actor },
      { action: 'api_key.revoked', actor },
    ]);
  } finally {
    await keys.close();
  }
});

it('ids of entries are in the order in which they were made', async () => {
  const { rows } = await store.pool.query<{ id: string; atMs: number }>(
    `SELECT ordered_uuid()::text AS id, (extract(epoch FROM clock_timestamp()) * 1000)::double precision AS "atMs"
     FROM generate_series(1, 2000), LATERAL (SELECT pg_sleep(0.000002)) wait`,
  );
  const ids = rows.map(({ id }) => id);
  expect(new Set(ids).size).toBe(2_000);
  expect(ids).toEqual(ids.toSorted());
  for (const { id, atMs } of rows) {
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(id >= lowestUuidAt(Math.floor(atMs) - 1_000)).toBe(true);
    expect(id < lowestUuidAt(Math.floor(atMs) + 1)).toBe(true);
  }
});

it('the housekeeping deletes what is older than it is to be kept, and nothing else', async () => {
  const entry = { environment: 'test', tenant: null, action: 'environment.changed' } as const;
  const changes = { a: { from: 1, to: 2 } };
  await inTransaction(store.pool, (client) =>
    insertAuditEntries(
      client,
      Array.from({ length: 1_205 }, () => ({ ...entry, subject: 'old', changes })),
      systemActors.service,
    ),
  );
  await store.pool.query(
    `UPDATE audit_entries SET id = overlay(id::text PLACING left(lowest_uuid_at(now() - interval '31 days')::text, 13)
       FROM 1 FOR 13)::uuid WHERE subject = 'old'`,
  );
  await store.pool.query(
    `INSERT INTO audit_entries (id, environment, action, subject, changes, actor_kind, actor_name)
     VALUES (lowest_uuid_at(now() - interval '29 days'), 'test', 'environment.changed', 'kept', '{}', 'system', 'x')`,
  );
  const housekeeping = new Housekeeping({
    ...{
      pool: store.pool,
      log: createLog('silent'),
      metrics: createMetrics(['dispatcher']).metrics,
    },
    sweep: async () => undefined,
    rotateSecrets: async () => undefined,
    ...{ rowRetentionHours: 720, queueRetentionHours: 336, auditRetentionDays: 30 },
    ...{ retentionDays: 120, payloadRetentionDays: 120 },
    roundMs: 1_000,
  });
  housekeeping.run();
  try {
    await eventually(async () => {
      const left = `SELECT count(*)::int AS count FROM audit_entries WHERE subject = 'old'`;
      expect((await store.pool.query(left)).rows).toEqual([{ count: 0 }]);
    });
  } finally {
    await housekeeping.stop();
  }
  expect(await told('kept')).toHaveLength(1);
});
