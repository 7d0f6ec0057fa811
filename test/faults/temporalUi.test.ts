import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import type { Accepted, ApiClient } from '../e2e/apiClient.js';
import { startTestService, type TestService } from '../e2e/startTestService.js';
import { eventually } from '../setup/eventually.js';
import { startReceiver, type Receiver } from '../setup/receiver.js';
import { taskQueues } from '../../src/contract/temporal.js';

let service: TestService;

beforeAll(async () => {
  service = await startTestService();
});
afterAll(async () => {
  await service.stop();
});

interface Half {
  client: ApiClient;
  event: Accepted;
  /** Answered 200 from the start. */
  good: Receiver;
  /** Answers 500 until told otherwise. */
  bad: Receiver;
  goodId: string;
  badId: string;
  workflow: WorkflowHandle;
}

let tenants = 0;

/** An event to two endpoints, of which one takes it and the other fails. */
async function halfDelivered(
  { onTestFinished }: Pick<TestContext, 'onTestFinished'>,
  retrySchedule: number[],
): Promise<Half> {
  const [good, bad] = await Promise.all([startReceiver(), startReceiver(() => ({ status: 500 }))]);
  onTestFinished(async () => {
    await good.close();
    await bad.close();
  });
  tenants += 1;
  const client = await service.clientOf(`tenant-${tenants}`);
  const endpoint = await client.createEndpoint(good.url);
  await client.createEndpoint(bad.url, { retrySchedule });
  const event = await client.send();
  const idOf = (isGood: boolean): string =>
    event.deliveries.find(({ endpointId }) => (endpointId === endpoint.id) === isGood)?.id ?? '';
  const workflow = service.temporal.workflow.getHandle(`event/${event.id}`);
  return { client, event, good, bad, goodId: idOf(true), badId: idOf(false), workflow };
}

/** The same, with the round used up and the workflow failed. */
async function halfFailed(context: Pick<TestContext, 'onTestFinished'>): Promise<Half> {
  const half = await halfDelivered(context, [0.05, 0.05]);
  await half.client.until(half.badId, 'failed');
  await expect(half.workflow.result()).rejects.toThrow(WorkflowFailedError);
  return half;
}

/** One whose failing delivery has failed once and waits an hour. */
async function halfWaiting(context: Pick<TestContext, 'onTestFinished'>): Promise<Half> {
  const half = await halfDelivered(context, [3_600, 3_600]);
  await half.client.until(half.badId, 'retrying');
  await half.client.until(half.goodId, 'delivered');
  return half;
}

type Histories = Awaited<ReturnType<WorkflowHandle['fetchHistory']>>;
/** A 64-bit number. */
type EventId = NonNullable<NonNullable<Histories['events']>[number]['eventId']>;

/** As the UI's Reset does; returns the handle of the new run. */
async function reset(
  { workflow }: Half,
  choose: (taskIds: EventId[]) => EventId | undefined,
): Promise<WorkflowHandle> {
  const { events } = await workflow.fetchHistory();
  const taskIds = (events ?? [])
    .filter(({ workflowTaskCompletedEventAttributes }) => workflowTaskCompletedEventAttributes)
    .flatMap(({ eventId }) => eventId ?? []);
  expect(taskIds.length).toBeGreaterThanOrEqual(3);
  const [{ workflowId }, workflowTaskFinishEventId] = [workflow, choose(taskIds)];
  if (workflowTaskFinishEventId === undefined) throw new Error('There is no such task');
  const { runId } = await service.temporal.workflowService.resetWorkflowExecution({
    namespace: service.temporal.options.namespace,
    workflowExecution: { workflowId, runId: (await workflow.describe()).runId },
    reason: 'a test',
    requestId: randomUUID(),
    workflowTaskFinishEventId,
  });
  return service.temporal.workflow.getHandle(workflowId, runId);
}

const tasks = {
  first: (ids: EventId[]) => ids[0],
  middle: (ids: EventId[]) => ids[Math.floor(ids.length / 2)],
  last: (ids: EventId[]) => ids.at(-1),
};

describe.concurrent('a reset of a failed workflow', () => {
  for (const [name, choose] of Object.entries(tasks)) {
    it(`at the ${name} workflow task gives what failed a fresh round, and sends nothing again that was delivered`, async (context) => {
      const half = await halfFailed(context);
      half.bad.setScript((_, index) => (index < 4 ? { status: 500 } : {}));
      const run = await reset(half, choose);
      expect(await run.result()).toHaveLength(2);
      const delivery = await half.client.delivery(half.badId);
      expect(delivery).toMatchObject({ state: 'delivered', round: 2, attemptCount: 2 });
      expect([half.good.requests.length, half.bad.requests.length]).toEqual([1, 5]);
    });
  }

  it('that fails again stays failed, after one more round', async (context) => {
    const half = await halfFailed(context);
    const run = await reset(half, tasks.last);
    await expect(run.result()).rejects.toThrow(WorkflowFailedError);
    const delivery = await half.client.delivery(half.badId);
    expect(delivery).toMatchObject({ state: 'failed', round: 2, attemptCount: 3 });
    expect([half.good.requests.length, half.bad.requests.length]).toEqual([1, 6]);
  });

  it('leaves what failed alone where its endpoint is disabled', async (context) => {
    const half = await halfFailed(context);
    const { endpointId } = await half.client.delivery(half.badId);
    await half.client.post(`endpoints/${endpointId}/disable`);
    const run = await reset(half, tasks.first);
    await expect(run.result()).rejects.toThrow(WorkflowFailedError);
    expect(await half.client.delivery(half.badId)).toMatchObject({ state: 'failed', round: 1 });
    expect(half.bad.requests).toHaveLength(3);
  });
});

describe.concurrent('"start workflow like this one"', () => {
  it('gives what failed a fresh round, and sends nothing again that was delivered', async (context) => {
    const half = await halfFailed(context);
    half.bad.setScript(() => ({}));
    await service.temporal.workflow.start('deliverEvent', {
      taskQueue: taskQueues.workflows,
      workflowId: half.workflow.workflowId,
      args: [half.event.id],
    });
    expect(await half.workflow.result()).toHaveLength(2);
    expect(await half.client.delivery(half.badId)).toMatchObject({ state: 'delivered', round: 2 });
    expect([half.good.requests.length, half.bad.requests.length]).toEqual([1, 4]);
  });

  it('with an input that is no id fails at once and says so', async () => {
    const handle = await service.temporal.workflow.start('deliverEvent', {
      taskQueue: taskQueues.workflows,
      workflowId: `event/${randomUUID()}`,
      args: ['nonsense'],
    });
    const error: unknown = await handle.result().catch((caught: unknown) => caught);
    const causes = [];
    for (let next = error; next instanceof Error; next = next.cause) causes.push(next.message);
    expect(causes.join('; ')).toContain('Not the id of');
  });
});

describe.concurrent('signals from the Temporal UI', () => {
  it('retryNow {} brings every open delivery forward', async (context) => {
    const half = await halfWaiting(context);
    half.bad.setScript(() => ({}));
    await half.workflow.signal('retryNow', {});
    expect(await half.workflow.result()).toHaveLength(2);
    expect(await half.client.delivery(half.badId)).toMatchObject({
      state: 'delivered',
      round: 1,
      attemptCount: 2,
    });
    expect([half.good.requests.length, half.bad.requests.length]).toEqual([1, 2]);
  });

  it('retryNow with a delivery brings that one forward, or sends again what was delivered', async (context) => {
    const half = await halfWaiting(context);
    await half.workflow.signal('retryNow', { deliveryId: half.goodId });
    await eventually(async () => {
      expect(await half.client.delivery(half.goodId)).toMatchObject({
        state: 'delivered',
        round: 2,
      });
    });
    expect([half.good.requests.length, half.bad.requests.length]).toEqual([2, 1]);
    half.bad.setScript(() => ({}));
    await half.workflow.signal('retryNow', { deliveryId: half.badId });
    await half.workflow.result();
    expect([half.good.requests.length, half.bad.requests.length]).toEqual([2, 2]);
  });

  it('cancel {} ends every open delivery', async (context) => {
    const half = await halfWaiting(context);
    await half.workflow.signal('cancel', {});
    await half.workflow.result();
    expect((await half.client.delivery(half.badId)).state).toBe('cancelled');
    expect((await half.client.delivery(half.goodId)).state).toBe('delivered');
  });

  it('cancel with a delivery ends that one; with one of another event, nothing', async (context) => {
    const [half, other] = [await halfWaiting(context), await halfWaiting(context)];
    await half.workflow.signal('cancel', { deliveryId: other.badId });
    await half.workflow.signal('retryNow', { deliveryId: 'nonsense' });
    await half.workflow.signal('cancel', { deliveryId: half.badId });
    await half.workflow.result();
    expect((await half.client.delivery(half.badId)).state).toBe('cancelled');
    expect((await other.client.delivery(other.badId)).state).toBe('retrying');
    expect([half.bad.requests.length, other.bad.requests.length]).toEqual([1, 1]);
  });

  it('reach a redeliver, too', async (context) => {
    const half = await halfFailed(context);
    const { endpointId } = await half.client.delivery(half.badId);
    await half.client.call('PATCH', `endpoints/${endpointId}`, {
      body: { retrySchedule: [3_600] },
    });
    await half.client.retry(half.badId);
    const redeliver = service.temporal.workflow.getHandle(`delivery/${half.badId}`);
    await half.client.until(half.badId, 'retrying');
    half.bad.setScript(() => ({}));
    await redeliver.signal('retryNow', {});
    expect(await redeliver.result()).toMatchObject([{ state: 'delivered' }]);
  });
});

describe.concurrent("Temporal's own cancel", () => {
  it('cancels what is open, and the workflow ends as cancelled', async (context) => {
    const half = await halfWaiting(context);
    await half.workflow.cancel();
    const state = await half.client.until(half.badId, 'cancelled');
    expect(state.reason).toContain('cancelled');
    expect((await half.client.delivery(half.goodId)).state).toBe('delivered');
    await eventually(async () => {
      expect((await half.workflow.describe()).status.name).toBe('CANCELLED');
    });
  });
});

describe('current details', () => {
  it('say what an operator needs to know, while it waits', async (context) => {
    const half = await halfWaiting(context);
    const metadata = await half.workflow.query<{ currentDetails?: string }>(
      '__temporal_workflow_metadata',
    );
    expect(metadata.currentDetails).toContain('1 delivered, 1 retrying');
    expect(metadata.currentDetails).toContain(half.badId);
    expect(metadata.currentDetails).toContain('attempt 2 of 3');
    expect(metadata.currentDetails).toContain('last answer 500');
  });
});
