import { WorkflowFailedError } from '@temporalio/client';
import { describe, expect, it } from 'vitest';
import { eventually } from '../setup/eventually.js';
import type { Receiver, ScriptedAnswer } from '../setup/receiver.js';
import { onlyDelivery, type ApiClient } from './apiClient.js';
import { useTestService } from './useTestService.js';

const { service, newReceiver } = await useTestService();

/** A receiver that gives these answers in turn, the last one for ever, and one event on its way to it. */
async function sendTo(
  tenant: string,
  answers: ScriptedAnswer[],
  fields: Record<string, unknown> = {},
): Promise<{ client: ApiClient; receiver: Receiver; deliveryId: string; eventId: string }> {
  const receiver = await newReceiver((_, index) => answers[index] ?? answers.at(-1) ?? {});
  const client = await service.clientOf(tenant);
  await client.createEndpoint(receiver.url, fields);
  const event = await client.send({ data: { n: 1 } });
  return { client, receiver, deliveryId: onlyDelivery(event), eventId: event.id };
}

const farAway = { retrySchedule: [3_600] };

describe.concurrent('retries', () => {
  it('follow the schedule until the receiver takes it, each attempt on record', async () => {
    const retrySchedule = [0.3, 0.6, 0.05, 0.05, 0.05];
    const { client, receiver, deliveryId, eventId } = await sendTo(
      'schedule',
      [{ status: 500 }, { status: 503, body: 'later' }, { status: 404 }, { status: 429 }, {}],
      { retrySchedule },
    );
    const delivery = await client.until(deliveryId, 'delivered');
    expect(delivery).toMatchObject({ attemptCount: 5, attemptsAllowed: 6, lastAnswer: '200' });
    expect(delivery.attempts.map(({ number, status }) => [number, status])).toEqual([
      [5, 200],
      [4, 429],
      [3, 404],
      [2, 503],
      [1, 500],
    ]);
    expect(delivery.attempts[3]?.responseBody).toBe('later');
    expect(receiver.requests).toHaveLength(5);
    const bodies = new Set(receiver.requests.map(({ body }) => body.toString()));
    expect(bodies.size).toBe(1);
    expect(new Set(receiver.requests.map(({ headers }) => headers['webhook-id']))).toEqual(
      new Set([eventId]),
    );
    const waits = receiver.requests.map(
      ({ receivedAt }, index) => receivedAt - (receiver.requests[index - 1]?.receivedAt ?? 0),
    );
    expect(waits[1]).toBeGreaterThanOrEqual(300);
    expect(waits[2]).toBeGreaterThanOrEqual(600);
  });

  it.each([
    ['in seconds', () => '1'],
    ['as a date', () => new Date(Date.now() + 2_000).toUTCString()],
  ])('wait for a Retry-After %s', async (name, value) => {
    const { client, receiver, deliveryId } = await sendTo(`retry-after-${name.slice(-4)}`, [
      {
        status: 503,
        // A date that is made when it is answered, not before the event is sent.
        get headers() {
          return { 'retry-after': value() };
        },
      },
      {},
    ]);
    const delivery = await client.until(deliveryId, 'delivered');
    expect(delivery.attemptCount).toBe(2);
    const [first, second] = receiver.requests;
    // A date has no fractions of a second.
    expect((second?.receivedAt ?? 0) - (first?.receivedAt ?? 0)).toBeGreaterThanOrEqual(950);
  });

  it('do not follow a redirect', async () => {
    const elsewhere = await newReceiver();
    const { client, deliveryId } = await sendTo('redirect', [
      { status: 307, headers: { location: elsewhere.url } },
    ]);
    const delivery = await client.until(deliveryId, 'failed');
    expect(delivery.attempts.map(({ status }) => status)).toEqual([307, 307, 307]);
    expect(elsewhere.requests).toEqual([]);
  });

  it('end with the round: the delivery fails, and so does its workflow, which says why', async () => {
    const { client, receiver, deliveryId, eventId } = await sendTo('used-up', [{ status: 500 }]);
    const delivery = await client.until(deliveryId, 'failed');
    expect(delivery).toMatchObject({
      attemptCount: 3,
      lastAnswer: '500',
      reason: 'all 3 attempts failed, the last with 500',
      nextAttemptAt: null,
    });
    expect(delivery.finishedAt).not.toBeNull();
    const handle = service.temporal.workflow.getHandle(`event/${eventId}`);
    await expect(handle.result()).rejects.toThrow(WorkflowFailedError);
    expect((await handle.describe()).status.name).toBe('FAILED');
    expect(receiver.requests).toHaveLength(3);
  });

  it('start over by an API retry of what failed, in a new round with its own workflow', async () => {
    const { client, receiver, deliveryId, eventId } = await sendTo('resend', [
      ...Array<ScriptedAnswer>(4).fill({ status: 500 }),
      {},
    ]);
    await client.until(deliveryId, 'failed');
    // Until its workflow has ended, too, it would take up the new round itself.
    await expect(service.temporal.workflow.getHandle(`event/${eventId}`).result()).rejects.toThrow(
      WorkflowFailedError,
    );
    expect(await client.retry(deliveryId)).toBe('new round');
    const delivery = await client.until(deliveryId, 'delivered');
    expect(delivery).toMatchObject({ round: 2, attemptCount: 2 });
    expect(delivery.attempts.map(({ round, number }) => `${round}.${number}`)).toEqual([
      '2.2',
      '2.1',
      '1.3',
      '1.2',
      '1.1',
    ]);
    expect(delivery.workflow.id).toBe(`delivery/${deliveryId}`);
    const handle = service.temporal.workflow.getHandle(delivery.workflow.id);
    expect(await handle.result()).toMatchObject([{ deliveryId, state: 'delivered' }]);
    expect(new Set(receiver.requests.map(({ headers }) => headers['webhook-id'])).size).toBe(1);

    expect(await client.retry(deliveryId)).toBe('new round');
    await eventually(async () => {
      expect(await client.delivery(deliveryId)).toMatchObject({ round: 3, state: 'delivered' });
    });
    expect(receiver.requests).toHaveLength(6);
  });

  it('are brought forward by an API retry; two at once make one attempt', async () => {
    const { client, receiver, deliveryId } = await sendTo('forward', [{ status: 500 }, {}], {
      retrySchedule: [3_600, 3_600],
    });
    await client.until(deliveryId, 'retrying');
    const results = await Promise.all([client.retry(deliveryId), client.retry(deliveryId)]);
    expect(results).toContain('brought forward');
    const delivery = await client.until(deliveryId, 'delivered');
    expect(delivery.round).toBe(1);
    expect(delivery.attempts.map(({ number }) => number)).toEqual([2, 1]);
    expect(receiver.requests).toHaveLength(2);
  });

  it('are brought forward once each time they wait again', async () => {
    const { client, receiver, deliveryId } = await sendTo('again', [{ status: 500 }], {
      retrySchedule: [3_600, 3_600, 3_600],
    });
    for (const count of [1, 2, 3]) {
      await eventually(async () => {
        expect((await client.delivery(deliveryId)).attempts).toHaveLength(count);
      });
      await client.retry(deliveryId);
    }
    await client.until(deliveryId, 'failed');
    expect(receiver.requests).toHaveLength(4);
  });

  it('end by a cancel, which a second one refuses', async () => {
    const { client, receiver, deliveryId, eventId } = await sendTo(
      'cancel',
      [{ status: 500 }],
      farAway,
    );
    await client.until(deliveryId, 'retrying');
    await client.post(`deliveries/${deliveryId}/cancel`);
    expect(await client.delivery(deliveryId)).toMatchObject({
      state: 'cancelled',
      nextAttemptAt: null,
    });
    const result = await service.temporal.workflow.getHandle(`event/${eventId}`).result();
    expect(result).toMatchObject([{ deliveryId, state: 'cancelled' }]);
    const second = await client.call('POST', `deliveries/${deliveryId}/cancel`);
    expect(second.status).toBe(409);
    expect(JSON.parse(second.text)).toMatchObject({ code: 'delivery_final' });
    expect(receiver.requests).toHaveLength(1);
  });

  it('leave the local lane after the third, and go on', async () => {
    const { client, deliveryId, eventId } = await sendTo('late', [{ status: 500 }], {
      retrySchedule: Array<number>(6).fill(0.05),
    });
    const delivery = await client.until(deliveryId, 'failed');
    expect(delivery.attempts).toHaveLength(7);
    const { events } = await service.temporal.workflow.getHandle(`event/${eventId}`).fetchHistory();
    const ordinary = events?.filter(
      ({ activityTaskScheduledEventAttributes }) => activityTaskScheduledEventAttributes,
    );
    expect(ordinary).toHaveLength(3);
  });

  it('of one endpoint delay no other of the same event', async () => {
    const [healthy, broken] = [await newReceiver(), await newReceiver(() => ({ status: 500 }))];
    const client = await service.clientOf('beside');
    const { id: brokenId } = await client.createEndpoint(broken.url, farAway);
    await client.createEndpoint(healthy.url);
    const { deliveries } = await client.send();
    for (const { id, endpointId } of deliveries) {
      await client.until(id, endpointId === brokenId ? 'retrying' : 'delivered');
    }
    expect([healthy.requests.length, broken.requests.length]).toEqual([1, 1]);
  });
});
