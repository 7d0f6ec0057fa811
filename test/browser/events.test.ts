import { describe, expect, it } from 'vitest';
import type { Accepted, ApiClient } from '../e2e/apiClient.js';
import { eventually } from '../setup/eventually.js';
import type { Receiver } from '../setup/receiver.js';
import { failing, useOperator, type Operator } from './useOperator.js';

const asOperator = useOperator();

interface Half {
  client: ApiClient;
  event: Accepted;
  /** Answered 200. */
  good: Receiver;
  /** Answers 503 until told otherwise. */
  bad: Receiver;
  badId: string;
}

/** An event that one of two endpoints has taken, while the other has it retried or has let it fail. */
async function halfDelivered(operator: Operator, retrySchedule: number[]): Promise<Half> {
  const [good, bad] = [await operator.newReceiver(), await operator.newReceiver(failing)];
  const client = await operator.newTenant();
  await client.createEndpoint(good.url);
  const { id } = await client.createEndpoint(bad.url, { retrySchedule });
  const event = await client.send();
  const badId = event.deliveries.find(({ endpointId }) => endpointId === id)?.id ?? '';
  await good.waitFor(1);
  return { client, event, good, bad, badId };
}

async function halfFailed(operator: Operator): Promise<Half> {
  const half = await halfDelivered(operator, [0.05]);
  await half.client.until(half.badId, 'failed');
  return half;
}

describe('an event that is being retried', () => {
  it('is offered signals that say what they do, and goes out at once with retryNow', async (context) => {
    const operator = await asOperator(context);
    const half = await halfDelivered(operator, [3_600]);
    const workflow = await operator.opens(await half.client.until(half.badId, 'retrying'));
    await workflow.untilStatus('Running');
    expect(await workflow.offeredSignals()).toEqual(['retryNow', 'cancel', 'lookAgain']);
    half.bad.setScript(() => ({}));
    await workflow.signal('retryNow');
    await workflow.untilStatus('Completed');
    const delivery = await half.client.until(half.badId, 'delivered');
    expect(delivery).toMatchObject({ round: 1, attemptCount: 2 });
    expect([half.good.requests.length, half.bad.requests.length]).toEqual([1, 2]);
  });

  it('is sent to the one endpoint that the form names', async (context) => {
    const operator = await asOperator(context);
    const client = await operator.newTenant();
    const receivers = [await operator.newReceiver(failing), await operator.newReceiver(failing)];
    const retrySchedule = [3_600, 3_600];
    for (const { url } of receivers) await client.createEndpoint(url, { retrySchedule });
    const { deliveries } = await client.send();
    const [first = '', second = ''] = deliveries.map(({ id }) => id);
    const shown = await client.until(first, 'retrying');
    await client.until(second, 'retrying');
    const workflow = await operator.opens(shown);
    await workflow.signal('retryNow', JSON.stringify({ deliveryId: first }));
    await eventually(async () => {
      expect(await client.delivery(first)).toMatchObject({ attemptCount: 2 });
    });
    expect(await client.delivery(second)).toMatchObject({ attemptCount: 1 });
    await workflow.signal('cancel', '{}');
    await workflow.untilStatus('Completed');
    for (const id of [first, second]) await client.until(id, 'cancelled');
  });

  it('stays true in the database when its workflow is terminated, and can be retried', async (context) => {
    const operator = await asOperator(context);
    const half = await halfDelivered(operator, [3_600]);
    const before = await half.client.until(half.badId, 'retrying');
    const workflow = await operator.opens(before);
    await workflow.terminate('a test');
    await workflow.untilStatus('Terminated');
    expect(await half.client.delivery(half.badId)).toMatchObject({
      ...{ state: 'retrying', attemptCount: 1, nextAttemptAt: before.nextAttemptAt },
    });
    half.bad.setScript(() => ({}));
    await half.client.retry(half.badId);
    expect(await half.client.until(half.badId, 'delivered')).toMatchObject({ attemptCount: 2 });
    expect([half.good.requests.length, half.bad.requests.length]).toEqual([1, 2]);
  });

  it('is cancelled by the button that asks for it', async (context) => {
    const operator = await asOperator(context);
    const half = await halfDelivered(operator, [3_600]);
    const workflow = await operator.opens(await half.client.until(half.badId, 'retrying'));
    await workflow.requestCancellation();
    await half.client.until(half.badId, 'cancelled');
    expect([half.good.requests.length, half.bad.requests.length]).toEqual([1, 1]);
  });
});

describe('a dead letter', () => {
  for (const which of ['first', 'last'] as const) {
    it(`gets a fresh round by a Reset to the ${which} event, and nothing is sent twice`, async (context) => {
      const operator = await asOperator(context);
      const half = await halfFailed(operator);
      const workflow = await operator.opens(await half.client.delivery(half.badId));
      await workflow.untilStatus('Failed');
      half.bad.setScript(() => ({}));
      await workflow.reset(which);
      const delivery = await half.client.until(half.badId, 'delivered');
      expect(delivery).toMatchObject({ round: 2, attemptCount: 1 });
      expect([half.good.requests.length, half.bad.requests.length]).toEqual([1, 3]);
    });
  }

  it('gets one by "Start Workflow Like This One", too', async (context) => {
    const operator = await asOperator(context);
    const half = await halfFailed(operator);
    const workflow = await operator.opens(await half.client.delivery(half.badId));
    half.bad.setScript(() => ({}));
    await workflow.startOneLikeThis();
    const delivery = await half.client.until(half.badId, 'delivered');
    expect(delivery).toMatchObject({ round: 2, attemptCount: 1 });
    expect([half.good.requests.length, half.bad.requests.length]).toEqual([1, 3]);
  });
});
