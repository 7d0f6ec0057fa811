import type { NativeConnection } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Sweeper } from '../../src/intake/housekeeping/sweeper.js';
import { createLog } from '../../src/telemetry/log.js';
import { createMetrics } from '../../src/telemetry/metrics/createMetrics.js';
import { createWorkflowStarter } from '../../src/temporal/createWorkflowStarter.js';
import { connectTemporal } from '../../src/temporal/connectTemporal.js';
import { onlyDelivery, type ApiClient } from '../e2e/apiClient.js';
import { startTestService, type TestService } from '../e2e/startTestService.js';
import { eventually } from '../setup/eventually.js';
import { startReceiver, type Receiver } from '../setup/receiver.js';

let service: TestService;
let receiver: Receiver;
let connection: NativeConnection;
let client: ApiClient;
let sweeper: Sweeper;

beforeAll(async () => {
  [service, receiver] = await Promise.all([startTestService(), startReceiver()]);
  connection = await connectTemporal(service.settings['TEMPORAL_ADDRESS'] ?? '');
  const starter = createWorkflowStarter(connection, service.temporal.options.namespace);
  const log = createLog('silent');
  const { metrics } = createMetrics(['dispatcher']);
  sweeper = new Sweeper({ pool: service.pool, log, metrics, starter, overdueMs: 100 });
  client = await service.clientOf('acme');
});
afterAll(async () => {
  await connection.close();
  await service.stop();
  await receiver.close();
});

/** An event whose first attempt has failed, and whose next is an hour away. */
async function waitingEvent(): Promise<{ eventId: string; deliveryId: string }> {
  receiver.setScript(() => ({ status: 500 }));
  await client.createEndpoint(receiver.url, { retrySchedule: [3_600], eventTypes: ['waiting'] });
  const event = await client.send({ type: 'waiting' });
  const deliveryId = event.deliveries.at(-1)?.id ?? '';
  for (const { id } of event.deliveries) await client.until(id, 'retrying');
  await untilOutboxIsEmpty();
  receiver.setScript(() => ({}));
  return { eventId: event.id, deliveryId };
}

async function makeOverdue(deliveryId: string): Promise<void> {
  await service.pool.query(
    `UPDATE deliveries SET due_at = now() - interval '1 second' WHERE id = $1`,
    [deliveryId.slice(4)],
  );
}

async function outboxRows(): Promise<number> {
  const { rows } = await service.pool.query('SELECT 1 FROM outbox');
  return rows.length;
}

/** The rows of workflows that were started go a moment later; until then the sweeper leaves their deliveries alone. */
async function untilOutboxIsEmpty(): Promise<void> {
  await eventually(async () => expect(await outboxRows()).toBe(0));
}

describe('the sweeper', () => {
  it('has a delivery looked at again whose workflow was terminated', async () => {
    const { eventId, deliveryId } = await waitingEvent();
    await service.temporal.workflow.getHandle(`event/${eventId}`).terminate('a test');
    await makeOverdue(deliveryId);
    const before = receiver.requests.length;
    await sweeper.sweep();
    const delivery = await client.until(deliveryId, 'delivered');
    expect(delivery.attempts.map(({ round, number }) => `${round}.${number}`)).toEqual([
      '1.2',
      '1.1',
    ]);
    expect(receiver.requests).toHaveLength(before + 1);
    const redeliver = service.temporal.workflow.getHandle(`delivery/${deliveryId}`);
    expect(await redeliver.result()).toMatchObject([{ deliveryId, state: 'delivered' }]);
  });

  it('leaves alone what is not overdue, and what a workflow works on', async () => {
    const { eventId, deliveryId } = await waitingEvent();
    const before = receiver.requests.length;
    await service.temporal.workflow.getHandle(`event/${eventId}`).describe();
    await makeOverdue(deliveryId);
    await sweeper.sweep();
    expect(await outboxRows()).toBe(0);
    expect((await client.delivery(deliveryId)).state).toBe('retrying');
    expect(receiver.requests).toHaveLength(before);
  });

  it('finds what was accepted and then lost its outbox row', async () => {
    receiver.setScript(() => ({}));
    await client.createEndpoint(receiver.url, { eventTypes: ['lost'] });
    const event = await client.send({ type: 'lost' });
    const lost = onlyDelivery(event);
    await client.until(lost, 'delivered');
    await service.temporal.workflow.getHandle(`event/${event.id}`).result();
    await untilOutboxIsEmpty();
    // As if a row had been deleted by hand before its workflow started.
    await service.pool.query(
      `UPDATE deliveries SET state = 'pending', attempt_count = 0, round = 2, finished_at = NULL,
         due_at = now() - interval '1 second' WHERE id = $1`,
      [lost.slice(4)],
    );
    await sweeper.sweep();
    expect((await client.until(lost, 'delivered')).round).toBe(2);
  });
});
