import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { searchAttributes } from '../../src/contract/searchAttributes.js';
import { progressQuery, signals, taskQueues } from '../../src/contract/temporal.js';
import { openRounds } from '../../src/store/rounds.js';
import { keepHistory } from '../replay/keepHistory.js';
import { byTest } from '../setup/byTest.js';
import { eventually } from '../setup/eventually.js';
import type { ScriptedAnswer } from '../setup/receiver.js';
import { startLedger, type Ledger } from './batchLedger.js';
import { failureOf } from './failureOf.js';
import {
  batchesHandle,
  progressOf,
  shownDelivery,
  startBatches,
  type BatchesHandle,
} from './importScene.js';
import { startTestEngine, type TestEngine } from './testEngine.js';

let engine: TestEngine;
beforeAll(async () => {
  engine = await startTestEngine();
}, 120_000);
afterAll(() => engine.stop());

const ref = { environment: 'test', tenant: 'acme' } as const;

interface Scene {
  ledger: Ledger;
  endpointId: string;
  deliveryId: string;
  handle: BatchesHandle;
}

interface Definition {
  name: string;
  description: string;
}

/** Four batches of ten rows. The answers from the `fails`-th request on are 503, until the script is set anew. */
async function startScene({ fails = 99, schedule = [] as number[] } = {}): Promise<Scene> {
  const ledger = await startLedger((_, index) => ({ status: index < fails ? 200 : 503 }));
  const endpointId = await engine.makeEndpoint({ url: ledger.url });
  const wish = { endpointIds: [endpointId], rows: 40, batchSize: 10, schedule };
  const { deliveryId, handle } = await startBatches(engine, wish);
  return { ledger, endpointId, deliveryId, handle };
}

async function untilProgress(deliveryId: string, wanted: object): Promise<void> {
  await eventually(
    async () => expect(await progressOf(engine.pool, deliveryId)).toMatchObject(wanted),
    { withinMs: 20_000 },
  );
}

async function untilShown(handle: BatchesHandle, state: string): Promise<void> {
  await eventually(async () => {
    const { typedSearchAttributes } = await handle.describe();
    expect(typedSearchAttributes.get(searchAttributes.state)).toBe(state);
  });
}

/** Holds the answer to one request until it is let go. */
function held(): { answer: Promise<ScriptedAnswer>; letGo: (answer?: ScriptedAnswer) => void } {
  let letGo: (answer?: ScriptedAnswer) => void = () => undefined;
  const answer = new Promise<ScriptedAnswer>((resolve) => {
    letGo = (given = {}) => resolve(given);
  });
  return { answer, letGo };
}

describe('a batch that used up its schedule', () => {
  it('fails the workflow; a retry goes on at that batch, in a new round', async () => {
    const { ledger, deliveryId, handle } = await startScene({ fails: 2, schedule: [0.05] });
    const failure = await failureOf(handle);
    expect(failure).toMatchObject({ type: 'RoundUsedUp' });
    expect(failure.message).toBe(
      `${shownDelivery(deliveryId)} failed with 2 of 4 batches, 20 rows acknowledged: batch 3 of 4: all 2 attempts failed, the last with 503.`,
    );
    await keepHistory('batches-used-up', handle);
    ledger.setScript(() => ({}));
    expect(await engine.intake.retryDelivery({ ...ref, deliveryId }, byTest)).toBe('new round');
    await untilProgress(deliveryId, { state: 'delivered', round: 2, acknowledged: 4 });
    expect(ledger.indexes()).toEqual([1, 2, 3, 3, 3, 4]);
    await ledger.close();
  });

  it('is sent again after a Reset, at its first and its last task, and nothing before it', async () => {
    const { ledger, deliveryId, handle } = await startScene({ fails: 2 });
    await failureOf(handle);
    for (const [round, at] of ['first', 'last'].entries()) {
      const { runId } = await handle.describe();
      const { events = [] } = await handle.fetchHistory();
      const tasks = (events ?? []).filter((event) => event.workflowTaskCompletedEventAttributes);
      const task = at === 'first' ? tasks[0] : tasks.at(-1);
      await engine.client.workflowService.resetWorkflowExecution({
        namespace: engine.namespace,
        workflowExecution: { workflowId: handle.workflowId, runId },
        reason: 'test',
        requestId: `${deliveryId}-${at}`,
        workflowTaskFinishEventId: task?.eventId ?? null,
      });
      await untilProgress(deliveryId, { state: 'failed', round: round + 2, acknowledged: 2 });
      await failureOf(batchesHandle(engine, deliveryId));
    }
    ledger.setScript(() => ({}));
    const again = await engine.client.workflow.start('deliverBatches', {
      ...{ taskQueue: taskQueues.workflows, workflowId: handle.workflowId },
      args: [shownDelivery(deliveryId)],
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    });
    expect(await again.result()).toMatchObject({ state: 'delivered', acknowledged: 4 });
    expect(ledger.indexes()).toEqual([1, 2, 3, 3, 3, 3, 4]);
    await keepHistory('batches-started-again', again);
    await ledger.close();
  });
});

describe('a resend', () => {
  // A workflow that ends takes some 10 ms after the record says so, and the resend has to come within these.
  it.each([0, 4, 8, 12, 16])('is not lost where it comes %i ms after the end', async (afterMs) => {
    const { ledger, deliveryId, handle } = await startScene();
    await eventually(
      async () =>
        expect(await progressOf(engine.pool, deliveryId)).toMatchObject({ state: 'delivered' }),
      { everyMs: 1 },
    );
    await sleep(afterMs);
    expect(await openRounds(engine.pool, [deliveryId], { through: 'gate' })).toEqual([deliveryId]);
    await engine.client.workflow.signalWithStart('deliverBatches', {
      ...{ taskQueue: taskQueues.workflows, workflowId: handle.workflowId },
      args: [shownDelivery(deliveryId)],
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      signal: signals.lookAgain,
    });
    await untilProgress(deliveryId, { state: 'delivered', round: 2 });
    expect(ledger.indexes()).toEqual([1, 2, 3, 4, 1, 2, 3, 4]);
    await ledger.close();
  });
});

describe('an operator', () => {
  it('pauses and resumes by signal; the batch under way ends as it will', async () => {
    const { answer, letGo } = held();
    const { ledger, deliveryId, handle } = await startScene();
    ledger.setScript(async (_, index) => (index === 1 ? await answer : {}));
    await ledger.waitFor(2);
    await handle.signal(signals.pause, {});
    await eventually(async () => {
      const { rows } = await engine.pool.query(
        'SELECT FROM batch_runs WHERE delivery_id = $1 AND paused_at IS NOT NULL',
        [deliveryId],
      );
      expect(rows).toHaveLength(1);
    });
    letGo();
    await untilShown(handle, 'paused');
    expect(ledger.indexes()).toEqual([1, 2]);
    expect(await handle.query(progressQuery)).toMatchObject({
      ...{ paused: true, acknowledged: 2, batches: 4, acknowledgedRows: 20 },
      text: 'batch 3 of 4, 20 rows acknowledged, paused, last answer 200',
    });
    await handle.signal(signals.resume, {});
    expect(await handle.result()).toMatchObject({ state: 'delivered' });
    expect(ledger.indexes()).toEqual([1, 2, 3, 4]);
    await keepHistory('batches-paused', handle);
    await ledger.close();
  });

  it('is offered the signals and the query with a description', async () => {
    const { ledger, handle, deliveryId } = await startScene({ fails: 1, schedule: [3_600] });
    await untilProgress(deliveryId, { state: 'retrying' });
    await untilShown(handle, 'retrying');
    const { definition, currentDetails } = await handle.query<{
      definition: Record<'signalDefinitions' | 'queryDefinitions', Definition[]>;
      currentDetails: string;
    }>('__temporal_workflow_metadata');
    const { signalDefinitions, queryDefinitions } = definition;
    expect(signalDefinitions.map(({ name }) => name).toSorted()).toEqual(
      Object.values(signals).toSorted(),
    );
    const query = queryDefinitions.find(({ name }) => name === progressQuery);
    for (const offered of [...signalDefinitions, query]) {
      expect(offered?.description).toMatch(/^[A-Z].+\.$/);
    }
    expect(currentDetails).toMatch(
      /^batch 2 of 4, 10 rows acknowledged, attempt 2 of 2 (at|on) .+, last answer 503$/,
    );
    await handle.terminate();
    await ledger.close();
  });

  it('brings a retry forward, by signal and through the API', async () => {
    const { ledger, deliveryId, handle } = await startScene({ fails: 1, schedule: [3_600, 3_600] });
    await untilProgress(deliveryId, { state: 'retrying', attemptCount: 1 });
    await untilShown(handle, 'retrying');
    await handle.signal(signals.retryNow, {});
    await untilProgress(deliveryId, { state: 'retrying', attemptCount: 2 });
    ledger.setScript(() => ({}));
    expect(await engine.intake.retryDelivery({ ...ref, deliveryId }, byTest)).toBe(
      'brought forward',
    );
    expect(await handle.result()).toMatchObject({ state: 'delivered' });
    expect(ledger.indexes()).toEqual([1, 2, 2, 2, 3, 4]);
    await keepHistory('batches-retry-now', handle);
    await ledger.close();
  });

  it('retries what is paused: the pause ends', async () => {
    const { ledger, deliveryId, handle } = await startScene({ fails: 1, schedule: [3_600] });
    await untilProgress(deliveryId, { state: 'retrying' });
    await handle.signal(signals.pause, {});
    await untilShown(handle, 'paused');
    ledger.setScript(() => ({}));
    expect(await engine.intake.retryDelivery({ ...ref, deliveryId }, byTest)).toBe(
      'brought forward',
    );
    await untilProgress(deliveryId, { state: 'delivered', acknowledged: 4 });
    expect(ledger.indexes()).toEqual([1, 2, 2, 3, 4]);
    await ledger.close();
  });

  it.each(['signal', 'Temporal', 'API'])('cancels by %s while a retry waits', async (how) => {
    const { ledger, deliveryId, handle } = await startScene({ fails: 1, schedule: [3_600] });
    await untilProgress(deliveryId, { state: 'retrying' });
    if (how === 'signal') await handle.signal(signals.cancel, {});
    else if (how === 'API') await engine.intake.cancelDelivery({ ...ref, deliveryId }, byTest);
    else await handle.cancel();
    await untilProgress(deliveryId, { state: 'cancelled', acknowledged: 1 });
    if (how === 'Temporal') await expect(handle.result()).rejects.toThrow();
    else expect(await handle.result()).toMatchObject({ state: 'cancelled' });
    await keepHistory(`batches-cancelled-by-${how.toLowerCase()}`, handle);
    await ledger.close();
  });

  it('cancels while a batch is under way: its success still counts, and no other follows', async () => {
    const { answer, letGo } = held();
    const { ledger, deliveryId, handle } = await startScene();
    ledger.setScript(async (_, index) => (index === 1 ? await answer : {}));
    await ledger.waitFor(2);
    await engine.intake.cancelDelivery({ ...ref, deliveryId }, byTest);
    letGo();
    expect(await handle.result()).toMatchObject({ state: 'cancelled', acknowledged: 2 });
    expect(ledger.indexes()).toEqual([1, 2]);
    ledger.setScript(() => ({}));
    await engine.intake.retryDelivery({ ...ref, deliveryId }, byTest);
    await untilProgress(deliveryId, { state: 'delivered', acknowledged: 4 });
    expect(ledger.indexes()).toEqual([1, 2, 3, 4]);
    await ledger.close();
  });

  it('says something else to it, which changes nothing', async () => {
    const { ledger, deliveryId, handle } = await startScene({ fails: 1, schedule: [3_600] });
    await untilProgress(deliveryId, { state: 'retrying' });
    await handle.signal(signals.cancel, 'everything');
    await handle.signal(signals.cancel, { deliveryId: 'dlv_of_another' });
    await handle.signal(signals.pause, {});
    await untilShown(handle, 'paused');
    expect(await progressOf(engine.pool, deliveryId)).toMatchObject({ state: 'retrying' });
    await handle.signal(signals.cancel, { deliveryId: shownDelivery(deliveryId) });
    expect(await handle.result()).toMatchObject({ state: 'cancelled' });
    await ledger.close();
  });
});

describe('an endpoint', () => {
  const endpointRef = (endpointId: string) => ({ ...ref, endpointId });

  it('that is disabled between batches holds them, and lets them go on', async () => {
    const { answer, letGo } = held();
    const { ledger, endpointId, deliveryId, handle } = await startScene();
    ledger.setScript(async (_, index) => (index === 1 ? await answer : {}));
    await ledger.waitFor(2);
    await engine.intake.disableEndpoint(endpointRef(endpointId), byTest);
    letGo();
    await untilShown(handle, 'queued');
    // The answer came late: its delivery was queued already.
    await untilProgress(deliveryId, { state: 'queued', acknowledged: 2 });
    await engine.intake.enableEndpoint(endpointRef(endpointId), byTest);
    expect(await handle.result()).toMatchObject({ state: 'delivered' });
    expect(ledger.indexes()).toEqual([1, 2, 3, 4]);
    await keepHistory('batches-waited-for-endpoint', handle);
    await ledger.close();
  });

  it('that answers 410 is disabled; enabled again, it gets the same batch', async () => {
    const { ledger, endpointId, deliveryId, handle } = await startScene();
    ledger.setScript((_, index) => ({ status: index === 2 ? 410 : 200 }));
    await untilShown(handle, 'queued');
    await untilProgress(deliveryId, { state: 'queued', acknowledged: 2 });
    await engine.intake.enableEndpoint(endpointRef(endpointId), byTest);
    expect(await handle.result()).toMatchObject({ state: 'delivered' });
    expect(ledger.indexes()).toEqual([1, 2, 3, 3, 4]);
    await ledger.close();
  });

  it('that is deleted ends them', async () => {
    const { ledger, endpointId, deliveryId, handle } = await startScene({
      fails: 1,
      schedule: [1],
    });
    await untilProgress(deliveryId, { state: 'retrying' });
    await engine.intake.deleteEndpoint(endpointRef(endpointId), byTest);
    expect(await handle.result()).toMatchObject({ state: 'cancelled', acknowledged: 1 });
    await ledger.close();
  });
});
