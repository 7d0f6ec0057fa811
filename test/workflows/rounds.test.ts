import { WorkflowNotFoundError, type WorkflowHandle } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { searchAttributes } from '../../src/contract/searchAttributes.js';
import { signals, taskQueues } from '../../src/contract/temporal.js';
import { leaseMarginMs } from '../../src/domain/limits.js';
import { keepHistory } from '../replay/keepHistory.js';
import { byTest } from '../setup/byTest.js';
import { eventually } from '../setup/eventually.js';
import { startReceiver } from '../setup/receiver.js';
import { failureOf } from './failureOf.js';
import { startTestEngine, type StartedEvent, type TestEngine } from './testEngine.js';

let engine: TestEngine;
beforeAll(async () => {
  engine = await startTestEngine();
}, 120_000);
afterAll(() => engine.stop());

async function untilState(deliveryId: string | undefined, state: string): Promise<void> {
  await eventually(async () => {
    expect(await engine.delivery(String(deliveryId))).toMatchObject({ state });
  });
}

/** As the API's route: written to Postgres, then told through the outbox. */
async function retryThroughApi(tenant: string, deliveryId: string | undefined): Promise<string> {
  const bare = String(deliveryId).slice('dlv_'.length);
  return await engine.intake.retryDelivery(
    { environment: 'test', tenant, deliveryId: bare },
    byTest,
  );
}

/** Blows a history up past 4 MiB, from where on the server suggests to continue as new. */
async function makeHistoryLong({ workflowId }: WorkflowHandle): Promise<void> {
  const handle = engine.client.workflow.getHandle(workflowId);
  for (let count = 0; count < 3; count += 1) {
    await handle.signal(signals.lookAgain, 'x'.repeat(1_500_000));
  }
}

describe('a new round', () => {
  it('after the workflow has failed is made by redeliver, which ends as soon as it is done', async () => {
    const receiver = await startReceiver(() => ({ status: 500 }));
    await engine.makeEndpoint({ tenant: 'resent', url: receiver.url });
    const { handle, deliveryIds } = await engine.accept('resent');
    await failureOf(handle);
    // Long enough that the signal which comes with the start finds the attempt under way.
    receiver.setScript(() => ({ delayMs: 300 }));
    expect(await retryThroughApi('resent', deliveryIds[0])).toBe('new round');
    const redeliver = engine.client.workflow.getHandle(`delivery/${deliveryIds[0]}`);
    await eventually(() => redeliver.describe());
    const startedAtMs = Date.now();
    expect(await redeliver.result()).toMatchObject([{ state: 'delivered' }]);
    expect(Date.now() - startedAtMs).toBeLessThan(leaseMarginMs);
    expect(receiver.requests).toHaveLength(2);
    expect(await (await redeliver.describe()).staticSummary()).toMatch(/^job.end for resent/);
    await keepHistory('redeliver', redeliver);
    await receiver.close();
  });

  it('asked for during the first attempts begins when these are made', async () => {
    const slow = await startReceiver((_, index) => ({ delayMs: index === 0 ? 800 : 0 }));
    const fine = await startReceiver();
    await engine.makeEndpoint({ tenant: 'early', url: slow.url });
    await engine.makeEndpoint({ tenant: 'early', url: fine.url });
    const { handle, deliveryIds } = await engine.accept('early');
    const delivered = await eventually(async () => {
      const states = await Promise.all(deliveryIds.map((id) => engine.delivery(id)));
      const index = states.findIndex(({ state }) => state === 'delivered');
      expect(index).toBeGreaterThanOrEqual(0);
      return deliveryIds[index];
    });
    await handle.signal(signals.retryNow, { deliveryId: delivered });
    await handle.signal(signals.retryNow, {});
    const startedAtMs = Date.now();
    expect(await handle.result()).toMatchObject([{ state: 'delivered' }, { state: 'delivered' }]);
    expect(Date.now() - startedAtMs).toBeLessThan(leaseMarginMs);
    expect([slow.requests.length, fine.requests.length]).toEqual([1, 2]);
    await keepHistory('signals-during-first-attempts', handle);
    await slow.close();
    await fine.close();
  });

  it('is given once by a second start of a failed workflow, which fails again', async () => {
    const receiver = await startReceiver(() => ({ status: 500 }));
    await engine.makeEndpoint({ tenant: 'like', url: receiver.url, retrySchedule: [0.05] });
    const { eventId, handle, deliveryIds } = await engine.accept('like');
    await failureOf(handle);
    const second = await engine.client.workflow.start('deliverEvent', {
      ...{ taskQueue: taskQueues.workflows, workflowId: handle.workflowId, args: [eventId] },
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    });
    await failureOf(second);
    expect(await engine.delivery(String(deliveryIds[0]))).toMatchObject({
      ...{ state: 'failed', round: 2, attemptCount: 2 },
    });
    expect(receiver.requests).toHaveLength(4);
    await keepHistory('fresh-round-by-settle', second);
    await receiver.close();
  });
});

/** The first of the signals may end the run before the last. */
async function isEnded(signalled: Promise<void>): Promise<boolean> {
  try {
    await signalled;
    return false;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return true;
    throw error;
  }
}

describe('continuing as new', () => {
  /** One delivery has failed for good, another waits for an hour; its second attempt succeeds. */
  async function startHalfFailed(tenant: string): Promise<StartedEvent & { failed: string }> {
    const receiver = await startReceiver(({ url }, index) => ({
      status: url === '/waits' && index > 1 ? 200 : 503,
    }));
    await engine.makeEndpoint({ tenant, url: `${receiver.url}/fails` });
    await engine.makeEndpoint({ tenant, url: `${receiver.url}/waits`, retrySchedule: [3_600] });
    const event = await engine.accept(tenant);
    const failed = await eventually(async () => {
      const states = await Promise.all(event.deliveryIds.map((id) => engine.delivery(id)));
      expect(states.map(({ state }) => state).toSorted()).toEqual(['failed', 'retrying']);
      return event.deliveryIds[states.findIndex(({ state }) => state === 'failed')];
    });
    return { ...event, failed: String(failed) };
  }

  it('goes on waiting, and leaves failed what had failed', async () => {
    const { handle, eventId, deliveryIds, failed } = await startHalfFailed('long');
    const firstRun = engine.client.workflow.getHandle(
      handle.workflowId,
      (await handle.describe()).runId,
    );
    await makeHistoryLong(handle);
    await eventually(async () => {
      // The suggestion comes with the next task.
      await handle.signal(signals.lookAgain, 'next task');
      expect((await firstRun.describe()).status.name).toBe('CONTINUED_AS_NEW');
    });
    await keepHistory('continued-as-new', firstRun);

    // What the new run took over: what finds it in the UI, the wait, and below the input.
    const description = await handle.describe();
    const first = await firstRun.describe();
    const { environment, tenant, eventType, endpoints } = searchAttributes;
    for (const key of [environment, tenant, eventType, endpoints]) {
      const value = description.typedSearchAttributes.get(key);
      expect(value, key.name).toEqual(first.typedSearchAttributes.get(key));
      expect(value).toBeDefined();
    }
    const waiting = String(deliveryIds.find((id) => id !== failed));
    expect(await engine.delivery(waiting)).toMatchObject({ state: 'retrying', attemptCount: 1 });

    await handle.signal(signals.retryNow, { deliveryId: waiting });
    const failure = await failureOf(handle);
    expect(failure.message).toContain(`${failed} (last answer 503). In all 1 delivered, 1 failed.`);
    expect(await engine.delivery(failed)).toMatchObject({ round: 1, attemptCount: 1 });
    const { events } = await handle.fetchHistory();
    const started = events?.[0]?.workflowExecutionStartedEventAttributes;
    expect(started?.input?.payloads?.map(({ data }) => String(data))).toEqual([`"${eventId}"`]);
    await keepHistory('continued-then-failed', handle);
  });

  it('loses no signal that comes meanwhile', async () => {
    const { handle, deliveryIds, failed } = await startHalfFailed('busy');
    const waiting = String(deliveryIds.find((id) => id !== failed));
    const long = makeHistoryLong(handle);
    for (let count = 0; count < 20; count += 1) {
      const isOver = await isEnded(handle.signal(signals.retryNow, { deliveryId: waiting }));
      if (isOver) break;
    }
    await long;
    await untilState(waiting, 'delivered');
    await failureOf(handle);
  });
});
