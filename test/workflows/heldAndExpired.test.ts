import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signals } from '../../src/contract/temporal.js';
import { showId } from '../../src/domain/ids.js';
import { keepHistory } from '../replay/keepHistory.js';
import { byTest } from '../setup/byTest.js';
import { eventually } from '../setup/eventually.js';
import { startReceiver, type Receiver } from '../setup/receiver.js';
import { failureOf } from './failureOf.js';
import { summaryIn } from './summaryIn.js';
import { startTestEngine, type StartedEvent, type TestEngine } from './testEngine.js';

let engine: TestEngine;
let receiver: Receiver;
beforeAll(async () => {
  engine = await startTestEngine();
  receiver = await startReceiver();
}, 120_000);
afterAll(async () => {
  await receiver.close();
  await engine.stop();
});

const inMs = (ms: number): string => new Date(Date.now() + ms).toISOString();
const hourMs = 3_600_000;

/** What the timers of a history say in the Temporal UI. */
async function timersOf({ handle }: StartedEvent): Promise<(string | undefined)[]> {
  const { events } = await handle.fetchHistory();
  return (events ?? [])
    .filter(({ timerStartedEventAttributes }) => timerStartedEventAttributes)
    .map(summaryIn);
}

async function reasonOf(deliveryId: string | undefined): Promise<string | null> {
  const { rows } = await engine.pool.query<{ reason: string | null }>(
    'SELECT reason FROM deliveries WHERE id = $1',
    [String(deliveryId).slice('dlv_'.length)],
  );
  return rows[0]?.reason ?? null;
}

const refOf = (tenant: string, { deliveryIds }: StartedEvent) => ({
  ...({ environment: 'test', tenant } as const),
  deliveryId: String(deliveryIds[0]).slice('dlv_'.length),
});

describe('an event that is held back', () => {
  it('waits on a timer that says so, then is sent once', async () => {
    await engine.makeEndpoint({ tenant: 'held', url: receiver.url });
    const deliverAt = inMs(1_500);
    const before = receiver.requests.length;
    const event = await engine.accept('held', {}, { deliverAt });
    const [summary] = await eventually(async () => {
      const timers = await timersOf(event);
      expect(timers).toHaveLength(1);
      return timers;
    });
    expect(summary).toMatch(/^held back, attempt 1 of 1 (at|on) .*UTC$/);
    expect(await event.handle.result()).toMatchObject([{ state: 'delivered' }]);
    expect(receiver.requests.length - before).toBe(1);
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(deliverAt) - 50);
    await keepHistory('held', event.handle);
  });

  it('outlives a restart of the engine', async () => {
    await engine.makeEndpoint({ tenant: 'restarted', url: receiver.url });
    const before = receiver.requests.length;
    const event = await engine.accept('restarted', {}, { deliverAt: inMs(2_500) });
    await eventually(async () => expect(await timersOf(event)).toHaveLength(1));
    await engine.stopEngine();
    engine.startEngine();
    expect(await event.handle.result()).toMatchObject([{ state: 'delivered' }]);
    expect(receiver.requests.length - before).toBe(1);
  });

  it('is sent at once by a retry', async () => {
    await engine.makeEndpoint({ tenant: 'hurried', url: receiver.url });
    const event = await engine.accept('hurried', {}, { deliverAt: inMs(hourMs) });
    await eventually(async () => expect(await timersOf(event)).toHaveLength(1));
    expect(await engine.intake.retryDelivery(refOf('hurried', event), byTest)).toBe(
      'brought forward',
    );
    expect(await event.handle.result()).toMatchObject([{ state: 'delivered' }]);
  });

  it('is not sent at all once it is cancelled', async () => {
    await engine.makeEndpoint({ tenant: 'cancelled', url: receiver.url });
    const before = receiver.requests.length;
    const event = await engine.accept('cancelled', {}, { deliverAt: inMs(hourMs) });
    await eventually(async () => expect(await timersOf(event)).toHaveLength(1));
    await engine.intake.cancelDelivery(refOf('cancelled', event), byTest);
    expect(await event.handle.result()).toMatchObject([{ state: 'cancelled' }]);
    expect(receiver.requests.length).toBe(before);
  });

  it.each([
    ['retryNow', 'delivered'],
    ['cancel', 'cancelled'],
  ] as const)('takes the signal %s of an operator: %s', async (signal, state) => {
    await engine.makeEndpoint({ tenant: signal, url: receiver.url });
    const event = await engine.accept(signal, {}, { deliverAt: inMs(hourMs) });
    await eventually(async () => expect(await timersOf(event)).toHaveLength(1));
    await event.handle.signal(signals[signal], { deliveryId: event.deliveryIds[0] });
    expect(await event.handle.result()).toMatchObject([{ state }]);
  });

  it('is queued when it is due and its endpoint has been closed meanwhile', async () => {
    const endpointId = await engine.makeEndpoint({ tenant: 'closed', url: receiver.url });
    const event = await engine.accept('closed', {}, { deliverAt: inMs(1_500) });
    await engine.intake.pauseEndpoint(
      { environment: 'test', tenant: 'closed', endpointId },
      byTest,
    );
    expect(await engine.delivery(String(event.deliveryIds[0]))).toMatchObject({ state: 'pending' });
    expect(await event.handle.result()).toMatchObject([{ state: 'queued' }]);
    expect(await reasonOf(event.deliveryIds[0])).toBe('the endpoint is paused');
  });

  it('gets its number when it is due, after those that came meanwhile', async () => {
    const endpointId = await engine.makeEndpoint({ tenant: 'late', url: receiver.url });
    await engine.pool.query(
      'UPDATE endpoints SET ordered = true, ordered_since = now(), paused_at = now() WHERE id = $1',
      [endpointId],
    );
    const event = await engine.accept('late', {}, { deliverAt: inMs(1_500) });
    const rawBody = Buffer.from('{"type":"job.end","data":{}}');
    const request = { environment: 'test', tenant: 'late', rawBody, idempotencyKey: null } as const;
    await engine.intake.accept(request);
    expect(await event.handle.result()).toMatchObject([{ state: 'queued' }]);
    const { rows } = await engine.pool.query<{ id: string }>(
      'SELECT id FROM deliveries WHERE endpoint_id = $1 ORDER BY ordering_number',
      [endpointId],
    );
    expect(rows.map(({ id }) => showId('delivery', id))).toEqual([
      expect.anything(),
      event.deliveryIds[0],
    ]);
  });
});

describe('an event that expires', () => {
  it('fails at that moment, by a timer that says so, and stays failed', async () => {
    const failing = await startReceiver(() => ({ status: 503 }));
    await engine.makeEndpoint({ tenant: 'expires', url: failing.url, retrySchedule: [3_600] });
    const expiresAt = inMs(2_000);
    const event = await engine.accept('expires', {}, { expiresAt });
    const { message } = await failureOf(event.handle);
    expect(message).toContain(
      `Expired before it was delivered: ${event.deliveryIds[0]} (last answer 503).`,
    );
    expect(message).not.toContain('Used up');
    expect(await timersOf(event)).toEqual([
      expect.stringMatching(/^expires .* UTC, before attempt 2 of 2, last answer 503$/),
    ]);
    expect(await engine.delivery(String(event.deliveryIds[0]))).toMatchObject({
      ...{ state: 'failed', round: 1, attemptCount: 1 },
    });
    expect(await reasonOf(event.deliveryIds[0])).toBe(
      `expired: not delivered by ${new Date(expiresAt).toISOString()}`,
    );
    await expect(
      engine.intake.retryDelivery(refOf('expires', event), byTest),
    ).rejects.toMatchObject({
      code: 'event_expired',
    });
    await keepHistory('expired', event.handle);

    const { workflowId } = event.handle;
    const { runId } = await event.handle.describe();
    const { events } = await event.handle.fetchHistory();
    const task = events?.find((one) => one.workflowTaskCompletedEventAttributes);
    const reset = await engine.client.workflowService.resetWorkflowExecution({
      ...{ namespace: engine.namespace, reason: 'a test', requestId: 'reset' },
      workflowExecution: { workflowId, runId },
      workflowTaskFinishEventId: task?.eventId ?? null,
    });
    const again = engine.client.workflow.getHandle(workflowId, reset.runId);
    expect((await failureOf(again)).message).toContain('Expired before it was delivered');
    expect(failing.requests).toHaveLength(1);
    await failing.close();
  });
});
