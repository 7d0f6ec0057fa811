import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { catalogsOn } from '../../src/catalogs/catalogs.js';
import { schemaOf } from '../../src/catalogs/catalogSchemas.js';
import { operationalTenant, operationalTypes } from '../../src/domain/operational.js';
import { markDeleted, setEnabled } from '../../src/store/endpointState.js';
import { failBatches } from '../../src/store/moveBatches.js';
import { inTransaction } from '../../src/store/pool.js';
import { raiseEndpointEvents } from '../../src/store/raiseEvents.js';
import { type AttemptRecord, recordAttempts } from '../../src/store/recordAttempts.js';
import { newUuid } from '../../src/store/newUuid.js';
import { insertDelivery, insertEndpoint, openStore, type StoreScene } from './storeScene.js';
import { byTest } from '../setup/byTest.js';

let store: StoreScene;
let told: string;

beforeAll(async () => {
  store = await openStore();
  told = await insertEndpoint(store.pool, operationalTenant);
});
beforeEach(async () => {
  await store.pool.query('DELETE FROM operational_events');
});
afterAll(() => store.stop());

interface Raised {
  environment: string;
  type: string;
  data: Record<string, unknown>;
}

/** What was raised, in its order; each as its type's schema has it. */
async function raised(): Promise<Raised[]> {
  const { rows } = await store.pool.query<Raised>(
    'SELECT environment, type, data FROM operational_events ORDER BY id',
  );
  for (const { type, data } of rows) {
    const known = catalogsOn([]).typeOf(type);
    if (known === undefined) throw new Error(`${type} is of no catalog`);
    expect(schemaOf(known.type).problemsOf(data), JSON.stringify(data)).toEqual([]);
  }
  return rows;
}

const refOf = (endpointId: string, tenant = 'acme') =>
  ({ environment: 'test', tenant, endpointId }) as const;

async function updatedAt(endpointId: string): Promise<string> {
  const { rows } = await store.pool.query<{ text: string }>(
    'SELECT updated_at::text AS text FROM endpoints WHERE id = $1',
    [endpointId],
  );
  return rows[0]?.text ?? '';
}

function recordFor(deliveryId: string, changes: Partial<AttemptRecord>): AttemptRecord {
  return {
    id: newUuid(),
    deliveryId,
    round: 1,
    number: 1,
    priorState: 'pending',
    startedAt: new Date(),
    durationMs: 12,
    responseHeaders: {},
    responseBody: '',
    responseTruncated: false,
    outcome: 'failure',
    status: 500,
    failure: 'status',
    lastAnswer: '500',
    state: 'failed',
    reason: 'the only attempt failed with 500',
    waitMs: null,
    disablesEndpoint: false,
    endpointUpdatedAt: '2026-11-20T00:00:00.000001+00:00',
    runId: 'run',
    ...changes,
  };
}

describe('a delivery that fails', () => {
  it('is told of with all that its owner needs, in the statement that fails it', async () => {
    const endpointId = await insertEndpoint(store.pool);
    await store.pool.query(
      `UPDATE endpoints SET url_query_sealed = 'sealed', description = 'Orders', metadata = '{"team":"a"}' WHERE id = $1`,
      [endpointId],
    );
    const delivery = await insertDelivery(store.pool, endpointId);
    await recordAttempts(store.pool, [recordFor(delivery.id, {})]);
    const [only, ...more] = await raised();
    expect(more).toEqual([]);
    expect(only).toEqual({
      environment: 'test',
      type: operationalTypes.deliveryFailed,
      data: {
        delivery: {
          id: `dlv_${delivery.id}`,
          eventId: `evt_${delivery.eventId}`,
          eventType: 'a.b',
          tenant: 'acme',
          endpointId: `ep_${endpointId}`,
          importId: null,
          orderingKey: null,
          attempts: 1,
          lastAnswer: '500',
          reason: 'the only attempt failed with 500',
          acceptedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{3}Z$/),
          failedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{3}Z$/),
        },
        endpoint: {
          id: `ep_${endpointId}`,
          tenant: 'acme',
          url: 'https://example.com',
          description: 'Orders',
          metadata: { team: 'a' },
        },
        blocksOrder: false,
      },
    });
  });

  it('says whether what comes after it in its order waits', async () => {
    const cases = [
      { ordered: true, onFailure: 'block', number: 7, blocks: true },
      { ordered: true, onFailure: 'skip', number: 7, blocks: false },
      { ordered: true, onFailure: 'block', number: null, blocks: false },
      { ordered: false, onFailure: 'block', number: 7, blocks: false },
    ];
    for (const { ordered, onFailure, number } of cases) {
      const endpointId = await insertEndpoint(store.pool);
      await store.pool.query('UPDATE endpoints SET ordered = $2, on_failure = $3 WHERE id = $1', [
        endpointId,
        ordered,
        onFailure,
      ]);
      const { id } = await insertDelivery(store.pool, endpointId);
      await store.pool.query(
        `UPDATE deliveries SET ordering_number = $2, ordering_key = 'k' WHERE id = $1`,
        [id, number],
      );
      await recordAttempts(store.pool, [recordFor(id, {})]);
    }
    expect((await raised()).map(({ data }) => data)).toMatchObject(
      cases.map(({ blocks }) => ({ blocksOrder: blocks, delivery: { orderingKey: 'k' } })),
    );
  });

  it('is told of once, and neither one that is retried nor one whose answer came late', async () => {
    const endpointId = await insertEndpoint(store.pool);
    const { id } = await insertDelivery(store.pool, endpointId);
    const retried = await insertDelivery(store.pool, endpointId);
    const records = [
      recordFor(id, {}),
      recordFor(retried.id, { state: 'retrying', waitMs: 60_000, reason: null }),
    ];
    await recordAttempts(store.pool, records);
    await recordAttempts(store.pool, records);
    await recordAttempts(store.pool, [recordFor(id, { runId: 'other' })]);
    expect(await raised()).toHaveLength(1);
  });

  it('that brings rows is told of, with what its import is called', async () => {
    const endpointId = await insertEndpoint(store.pool);
    const { id } = await insertDelivery(store.pool, endpointId);
    const importId = newUuid();
    await store.pool.query(
      `INSERT INTO imports (id, environment, tenant, name, attributes, metadata, event_types, keep_rows)
       VALUES ($1, 'test', 'acme', 'spring', '{}', '{}', '{}', true)`,
      [importId],
    );
    await store.pool.query('UPDATE deliveries SET import_id = $2 WHERE id = $1', [id, importId]);
    const why = { reason: 'no rows', runId: 'run' };
    await failBatches(store.pool, id, why);
    await failBatches(store.pool, id, why);
    expect(await raised()).toMatchObject([
      { data: { delivery: { importId: 'spring', reason: 'no rows', attempts: 0 } } },
    ]);
  });
});

describe('an endpoint', () => {
  it('that its owner disables and enables is told of where it changes', async () => {
    const endpointId = await insertEndpoint(store.pool);
    await store.pool.query(
      `UPDATE endpoints SET consecutive_failures = 3, failing_since = now() WHERE id = $1`,
      [endpointId],
    );
    for (const enabled of [false, false, true, true]) {
      expect(await setEnabled(store.pool, refOf(endpointId), enabled, byTest)).toBe(true);
    }
    expect(await setEnabled(store.pool, refOf(endpointId, 'other'), false, byTest)).toBe(false);
    const endpoint = { id: `ep_${endpointId}`, tenant: 'acme' };
    expect(await raised()).toMatchObject([
      {
        type: operationalTypes.endpointDisabled,
        data: {
          endpoint,
          reason: 'owner',
          consecutiveFailures: 3,
          failingSince: expect.any(String),
        },
      },
      {
        type: operationalTypes.endpointRecovered,
        data: { endpoint, from: 'disabled', reason: 'owner' },
      },
    ]);
  });

  it('that several disable at once is told of once', async () => {
    const endpointId = await insertEndpoint(store.pool);
    const all = Array.from({ length: 16 }, () =>
      setEnabled(store.pool, refOf(endpointId), false, byTest),
    );
    expect(new Set(await Promise.all(all))).toEqual(new Set([true]));
    expect(await raised()).toHaveLength(1);
  });

  it('that answers 410 is told of once, however many deliveries it answered so', async () => {
    const endpointId = await insertEndpoint(store.pool);
    const deliveries = [
      await insertDelivery(store.pool, endpointId),
      await insertDelivery(store.pool, endpointId),
    ];
    const endpointUpdatedAt = await updatedAt(endpointId);
    const gone = { state: 'queued', status: 410, lastAnswer: '410', reason: 'gone' } as const;
    const records = deliveries.map(({ id }) =>
      recordFor(id, { ...gone, endpointUpdatedAt, disablesEndpoint: true }),
    );
    await recordAttempts(store.pool, records);
    await recordAttempts(store.pool, records);
    expect(await raised()).toMatchObject([
      {
        type: operationalTypes.endpointDisabled,
        data: { reason: 'gone', lastAnswer: '410', disabledAt: expect.any(String) },
      },
    ]);
    await setEnabled(store.pool, refOf(endpointId), true, byTest);
    expect((await raised()).at(-1)).toMatchObject({
      type: operationalTypes.endpointRecovered,
      data: { from: 'disabled', reason: 'gone' },
    });
  });

  it('whose health changes is told of in the transaction of the change', async () => {
    const endpointId = await insertEndpoint(store.pool);
    await store.pool.query(
      `UPDATE endpoints SET consecutive_failures = 40, failing_since = '2026-01-01T00:00:00Z',
         circuit_opened_at = '2026-01-01T00:00:00Z' WHERE id = $1`,
      [endpointId],
    );
    await inTransaction(store.pool, async (db) => {
      const failing = { type: operationalTypes.endpointFailing, endpointId, lastAnswer: '503' };
      await raiseEndpointEvents(db, [{ ...failing, disabledAfterMs: 5 * 86_400_000 }]);
      await db.query(
        `UPDATE endpoints SET enabled = false, disabled_reason = 'failing', disabled_at = now() WHERE id = $1`,
        [endpointId],
      );
      await raiseEndpointEvents(db, [
        { type: operationalTypes.endpointDisabled, endpointId, lastAnswer: 'timed out' },
        {
          type: operationalTypes.endpointRecovered,
          endpointId,
          since: new Date('2026-01-01T00:00:00Z'),
        },
      ]);
    });
    const failingSince = '2026-01-01T00:00:00.000Z';
    expect(await raised()).toMatchObject([
      {
        type: operationalTypes.endpointFailing,
        data: {
          failingSince,
          consecutiveFailures: 40,
          lastAnswer: '503',
          disabledAt: '2026-01-06T00:00:00.000Z',
        },
      },
      {
        type: operationalTypes.endpointDisabled,
        data: { reason: 'failing', failingSince, consecutiveFailures: 40, lastAnswer: 'timed out' },
      },
      {
        type: operationalTypes.endpointRecovered,
        data: { from: 'failing', reason: null, since: failingSince },
      },
    ]);
  });

  it('of the operational tenant itself is never told of, nor what becomes of its deliveries', async () => {
    const { id } = await insertDelivery(store.pool, told);
    await store.pool.query('UPDATE deliveries SET tenant = $2 WHERE id = $1', [
      id,
      operationalTenant,
    ]);
    await recordAttempts(store.pool, [recordFor(id, {})]);
    const other = await insertEndpoint(store.pool, operationalTenant);
    await setEnabled(store.pool, refOf(other, operationalTenant), false, byTest);
    await setEnabled(store.pool, refOf(other, operationalTenant), true, byTest);
    const lastAnswer = null;
    const type = operationalTypes.endpointDisabled;
    await raiseEndpointEvents(store.pool, [{ type, endpointId: other, lastAnswer }]);
    expect(await raised()).toEqual([]);
  });

  it('is told of to nobody where the environment has no operational endpoint, or deleted it', async () => {
    const alone = await openStore();
    try {
      const endpointId = await insertEndpoint(alone.pool);
      const fails = async (): Promise<unknown[]> => {
        const { id } = await insertDelivery(alone.pool, endpointId);
        await recordAttempts(alone.pool, [recordFor(id, {})]);
        return (await alone.pool.query('SELECT FROM operational_events')).rows;
      };
      expect(await fails()).toHaveLength(0);
      const listener = await insertEndpoint(alone.pool, operationalTenant);
      expect(await fails()).toHaveLength(1);
      await markDeleted(alone.pool, refOf(listener, operationalTenant), byTest);
      expect(await fails()).toHaveLength(1);
    } finally {
      await alone.stop();
    }
  });
});
