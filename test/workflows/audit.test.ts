import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signals } from '../../src/contract/temporal.js';
import { createRecoveryActivities } from '../../activities/recoveries.js';
import { createRecovery } from '../../src/intake/recoveries/createRecovery.js';
import { showId } from '../../src/domain/ids.js';
import { hurryQueue } from '../../src/store/hurryQueue.js';
import { systemActors } from '../../src/domain/audit.js';
import { inTransaction } from '../../src/store/pool.js';
import { byTest } from '../setup/byTest.js';
import { eventually } from '../setup/eventually.js';
import { startReceiver, type Receiver } from '../setup/receiver.js';
import { startLedger } from './batchLedger.js';
import { startBatches } from './importScene.js';
import { startTestEngine, type StartedEvent, type TestEngine } from './testEngine.js';

let engine: TestEngine;
beforeAll(async () => {
  engine = await startTestEngine();
}, 120_000);
afterAll(() => engine.stop());

interface Told {
  action: string;
  actor: string;
  changes: Record<string, unknown>;
}

/** Of a thing, oldest first. */
async function told(subject: string | undefined): Promise<Told[]> {
  const { rows } = await engine.pool.query<Told>(
    `SELECT action, actor_kind || ' ' || actor_name AS actor, changes FROM audit_entries
     WHERE subject = $1 ORDER BY id`,
    [subject],
  );
  return rows;
}

const actor = 'system Temporal';

/** An event whose first attempts fail, to two endpoints, and whose next are an hour away. */
async function startWaiting(tenant: string): Promise<StartedEvent & { receiver: Receiver }> {
  const receiver = await startReceiver(() => ({ status: 503 }));
  for (const path of ['/a', '/b']) {
    await engine.makeEndpoint({ tenant, url: receiver.url + path, retrySchedule: [3_600, 3_600] });
  }
  const event = await engine.accept(tenant);
  await eventually(async () => {
    for (const id of event.deliveryIds) {
      expect(await engine.delivery(id)).toMatchObject({ state: 'retrying' });
    }
  });
  return { ...event, receiver };
}

describe('what an operator does in the Temporal UI is told of', () => {
  it('a retry and a cancel of an event, for each delivery that it changes', async () => {
    const { handle, deliveryIds, receiver } = await startWaiting('signalled');
    const [one, other] = deliveryIds;
    await handle.signal(signals.cancel, { deliveryId: one });
    await eventually(async () => expect(await told(one)).toHaveLength(1));
    expect(await told(one)).toMatchObject([
      {
        action: 'delivery.cancelled',
        actor,
        changes: { state: { from: 'retrying', to: 'cancelled' } },
      },
    ]);
    expect(await told(other)).toEqual([]);
    await handle.signal(signals.retryNow, {});
    await eventually(async () => expect(await told(other)).toHaveLength(1));
    const [retried] = await told(other);
    expect(retried).toMatchObject({ action: 'delivery.retried', actor });
    expect(Object.keys(retried?.changes ?? {})).toEqual(['nextAttemptAt']);
    await handle.signal(signals.cancel, {});
    await handle.result();
    expect((await told(other)).map(({ action }) => action)).toEqual([
      'delivery.retried',
      'delivery.cancelled',
    ]);
    expect(await told(one)).toHaveLength(1);
    await receiver.close();
  });

  it('a pause, a resume and a cancel of batches', async () => {
    const ledger = await startLedger(() => ({ status: 503 }));
    const endpointId = await engine.makeEndpoint({ url: ledger.url });
    const wish = { endpointIds: [endpointId], rows: 4, batchSize: 2, schedule: [3_600] };
    const { deliveryId, handle } = await startBatches(engine, wish);
    const shown = showId('delivery', deliveryId);
    for (const [index, signal] of [signals.pause, signals.resume, signals.cancel].entries()) {
      await handle.signal(signal, {});
      await eventually(async () => expect(await told(shown)).toHaveLength(index + 1));
    }
    await handle.result();
    expect(await told(shown)).toMatchObject([
      { action: 'delivery.paused', actor, changes: { paused: { from: false, to: true } } },
      { action: 'delivery.resumed', actor, changes: { paused: { from: true, to: false } } },
      { action: 'delivery.cancelled', actor, changes: { state: { to: 'cancelled' } } },
    ]);
    await ledger.close();
  });

  it('a recovery that is cancelled, once', async () => {
    const { id } = await createRecovery(
      engine.pool,
      { environment: 'test', tenant: 'acme' },
      {
        ...{ endpointIds: null, eventTypes: ['none'], deliveryIds: null, since: null, until: null },
        ...{ states: ['failed'], ratePerSecond: 1 },
      },
      byTest,
    );
    const activities = createRecoveryActivities({ pool: engine.pool });
    await activities.cancelRecovery(showId('recovery', id));
    await activities.cancelRecovery(showId('recovery', id));
    expect(await told(showId('recovery', id))).toMatchObject([
      { action: 'recovery.created', actor: 'system test' },
      { action: 'recovery.cancelled', actor, changes: { state: { from: 'running' } } },
    ]);
  });

  it('a retry of what waits for an endpoint that is down', async () => {
    const { deliveryIds, receiver } = await startWaiting('down');
    const { rows } = await engine.pool.query<{ id: string }>(
      `UPDATE deliveries SET state = 'queued', queued_at = now() WHERE 'dlv_' || id = $1
       RETURNING endpoint_id AS id`,
      [deliveryIds[0]],
    );
    const endpointId = rows[0]?.id ?? '';
    await inTransaction(engine.pool, (client) =>
      hurryQueue(client, endpointId, systemActors.temporal),
    );
    expect((await told(showId('endpoint', endpointId))).slice(1)).toEqual([
      { action: 'endpoint.retried', actor, changes: { hurriedDeliveries: { from: 0, to: 1 } } },
    ]);
    await receiver.close();
  });
});

it('an endpoint that answers 410 to a batch is told of as disabled by the service', async () => {
  const ledger = await startLedger(() => ({ status: 410 }));
  const endpointId = await engine.makeEndpoint({ url: ledger.url });
  await startBatches(engine, { endpointIds: [endpointId], rows: 2, batchSize: 1 });
  await eventually(async () => {
    expect((await told(showId('endpoint', endpointId))).slice(1)).toEqual([
      {
        action: 'endpoint.disabled',
        actor: 'system Everhook',
        changes: {
          enabled: { from: true, to: false },
          disabledReason: { from: null, to: 'gone' },
        },
      },
    ]);
  });
  await ledger.close();
});
