import type { NativeConnection } from '@temporalio/worker';
import type { WorkflowHandle } from '@temporalio/client';
import { v7 as newUuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signals, workflowId } from '../../src/contract/temporal.js';
import { showId } from '../../src/domain/ids.js';
import { cancelRecovery } from '../../src/intake/recoveries/cancelRecovery.js';
import { createRecovery } from '../../src/intake/recoveries/createRecovery.js';
import { Sweeper } from '../../src/intake/housekeeping/sweeper.js';
import { createLog } from '../../src/telemetry/log.js';
import { createMetrics } from '../../src/telemetry/metrics/createMetrics.js';
import { connectTemporal } from '../../src/temporal/connectTemporal.js';
import { createWorkflowStarter } from '../../src/temporal/createWorkflowStarter.js';
import type { RecoveryOutcome } from '../../workflows/recover.js';
import { keepHistory } from '../replay/keepHistory.js';
import { byTest } from '../setup/byTest.js';
import { eventually } from '../setup/eventually.js';
import { insertDelivery } from '../store/storeScene.js';
import { failureOf } from './failureOf.js';
import { summaryIn } from './summaryIn.js';
import { startTestEngine, type TestEngine } from './testEngine.js';

let engine: TestEngine;
let connection: NativeConnection;
let sweeper: Sweeper;
beforeAll(async () => {
  engine = await startTestEngine();
  connection = await connectTemporal(engine.address);
  const starter = createWorkflowStarter(connection, engine.namespace);
  const { metrics } = createMetrics(['dispatcher']);
  sweeper = new Sweeper({
    ...{ pool: engine.pool, log: createLog('silent'), metrics, starter, overdueMs: 100 },
  });
}, 120_000);
afterAll(async () => {
  await connection.close();
  await engine.stop();
});

const acme = { environment: 'test', tenant: 'acme' } as const;
type Handle = WorkflowHandle<() => Promise<RecoveryOutcome>>;

interface Started {
  /** Bare UUIDs. */
  recoveryId: string;
  endpointId: string;
  handle: Handle;
}

/** A recovery of so many failed deliveries of an endpoint that is disabled, so that none is sent. */
async function start(count: number, ratePerSecond: number): Promise<Started> {
  const endpointId = await engine.makeEndpoint({ url: 'http://127.0.0.1:9/' });
  await engine.pool.query('UPDATE endpoints SET enabled = false WHERE id = $1', [endpointId]);
  for (let n = 0; n < count; n += 1) {
    await insertDelivery(engine.pool, endpointId, { state: 'failed', eventId: newUuid() });
  }
  const { id } = await createRecovery(
    engine.pool,
    acme,
    {
      ...{
        endpointIds: [endpointId],
        eventTypes: null,
        deliveryIds: null,
        since: null,
        until: null,
      },
      ...{ states: ['failed'], ratePerSecond },
    },
    byTest,
  );
  const handle: Handle = engine.client.workflow.getHandle(workflowId('recover', id));
  await eventually(() => handle.describe());
  return { recoveryId: id, endpointId, handle };
}

/** How often each delivery was resent, and how many were. */
async function roundsOf(endpointId: string): Promise<{ resent: number; highest: number }> {
  const { rows } = await engine.pool.query<{ resent: number; highest: number }>(
    `SELECT count(*) FILTER (WHERE round > 1)::int AS resent, max(round)::int AS highest
     FROM deliveries WHERE endpoint_id = $1`,
    [endpointId],
  );
  return rows[0] ?? { resent: 0, highest: 0 };
}

async function untilResent(endpointId: string, atLeast: number): Promise<number> {
  return await eventually(async () => {
    const { resent } = await roundsOf(endpointId);
    expect(resent).toBeGreaterThanOrEqual(atLeast);
    return resent;
  });
}

async function detailsOf(handle: Handle): Promise<string> {
  const metadata: { currentDetails: string } = await handle.query('__temporal_workflow_metadata');
  return metadata.currentDetails;
}

type Events = NonNullable<Awaited<ReturnType<Handle['fetchHistory']>>['events']>;

/** As the Reset button of the Temporal UI. */
async function resetAt(
  handle: Handle,
  choose: (tasks: Events) => Events[number] | undefined,
): Promise<Handle> {
  const { events } = await handle.fetchHistory();
  const task = choose((events ?? []).filter((event) => event.workflowTaskCompletedEventAttributes));
  const { runId } = await engine.client.workflowService.resetWorkflowExecution({
    namespace: engine.namespace,
    workflowExecution: {
      ...{ workflowId: handle.workflowId, runId: (await handle.describe()).runId },
    },
    reason: 'a test',
    requestId: newUuid(),
    workflowTaskFinishEventId: task?.eventId ?? null,
  });
  return engine.client.workflow.getHandle(handle.workflowId, runId);
}

describe('the workflow of a recovery', () => {
  it('resends all at its rate, and says how far it is', async () => {
    const startedAtMs = Date.now();
    const { recoveryId, endpointId, handle } = await start(12, 4);
    await untilResent(endpointId, 4);
    expect(await detailsOf(handle)).toMatch(
      /^running: [48] of 12 resent, 0 skipped, up to what was accepted on \d{4}-\d\d-\d\d at \d\d:\d\d:\d\d UTC, 4 a second$/,
    );
    expect(await handle.result()).toEqual({
      ...{ recoveryId: showId('recovery', recoveryId), state: 'completed' },
      ...{ resent: 12, skipped: 0, total: 12 },
    });
    // The first slice at once, the second and third a second later each, and a look that finds nothing more.
    expect(Date.now() - startedAtMs).toBeGreaterThanOrEqual(2_000);
    expect(await roundsOf(endpointId)).toEqual({ resent: 12, highest: 2 });
    const description = await handle.describe();
    expect(await description.staticSummary()).toBe('recovery for acme');
    const { events } = await handle.fetchHistory();
    const timers = (events ?? []).filter((event) => event.timerStartedEventAttributes);
    expect(timers.map((event) => summaryIn(event))).toContainEqual(
      expect.stringMatching(/^running: 4 of 12 resent/),
    );
    await keepHistory('recovery-completed', handle);
  });

  it('goes on after a restart of all workers where it was, and keeps its rate', async () => {
    const { endpointId, handle } = await start(8, 2);
    await untilResent(endpointId, 2);
    await engine.stopEngine();
    const { resent } = await roundsOf(endpointId);
    expect(resent).toBeLessThan(8);
    engine.startEngine();
    expect(await handle.result()).toMatchObject({ state: 'completed', resent: 8 });
    expect(await roundsOf(endpointId)).toEqual({ resent: 8, highest: 2 });
  });

  it('ends when it is cancelled through the API', async () => {
    const { recoveryId, endpointId, handle } = await start(6, 1);
    await untilResent(endpointId, 1);
    const cancelled = await cancelRecovery(engine.pool, { ...acme, recoveryId }, byTest);
    expect(cancelled?.state).toBe('cancelled');
    const { resent } = await roundsOf(endpointId);
    expect(await handle.result()).toMatchObject({ state: 'cancelled', resent });
    expect(resent).toBeLessThan(6);
    await keepHistory('recovery-cancelled-by-api', handle);
  });

  it('ends when an operator cancels it in the Temporal UI, by a signal or the cancel there', async () => {
    const [bySignal, byCancel] = [await start(6, 1), await start(6, 1)];
    await untilResent(bySignal.endpointId, 1);
    await bySignal.handle.signal(signals.cancel, {});
    expect(await bySignal.handle.result()).toMatchObject({ state: 'cancelled' });
    await keepHistory('recovery-cancelled-by-signal', bySignal.handle);
    await untilResent(byCancel.endpointId, 1);
    await byCancel.handle.cancel();
    await expect(byCancel.handle.result()).rejects.toThrow();
    const { rows } = await engine.pool.query<{ state: string }>(
      'SELECT state FROM recoveries WHERE id = $1',
      [byCancel.recoveryId],
    );
    expect(rows).toEqual([{ state: 'cancelled' }]);
    await keepHistory('recovery-cancelled-by-temporal', byCancel.handle);
  });

  it('that was terminated is started again by the sweeper, and repeats nothing', async () => {
    const { recoveryId, endpointId, handle } = await start(5, 1);
    await untilResent(endpointId, 1);
    await handle.terminate('a test');
    const resent = await untilResent(endpointId, 1);
    await eventually(async () => {
      const { rows } = await engine.pool.query<{ late: boolean }>(
        `SELECT next_slice_at < now() - interval '200 ms' AND NOT EXISTS (
           SELECT FROM outbox WHERE subject_id = $1) AS late FROM recoveries WHERE id = $1`,
        [recoveryId],
      );
      expect(rows).toEqual([{ late: true }]);
    });
    expect((await roundsOf(endpointId)).resent).toBe(resent);
    await sweeper.sweep();
    await untilResent(endpointId, resent + 1);
    expect(await handle.result()).toMatchObject({ state: 'completed', resent: 5 });
    expect(await roundsOf(endpointId)).toEqual({ resent: 5, highest: 2 });
  });

  it('is left alone by the sweeper while it runs', async () => {
    const { recoveryId, handle } = await start(2, 1);
    await eventually(async () => {
      expect(await detailsOf(handle)).toMatch(/^running: 1 of 2/);
    });
    await engine.pool.query(
      `WITH gone AS (DELETE FROM outbox WHERE subject_id = $1)
       UPDATE recoveries SET next_slice_at = now() - interval '1 s' WHERE id = $1`,
      [recoveryId],
    );
    await sweeper.sweep();
    const { rows } = await engine.pool.query('SELECT FROM outbox WHERE subject_id = $1', [
      recoveryId,
    ]);
    expect(rows).toEqual([]);
    await handle.result();
  });

  it('after a Reset goes on from the record, and is done at once where it was done', async () => {
    const { endpointId, handle } = await start(6, 2);
    await untilResent(endpointId, 4);
    // While it runs, at its first task; then, when it has ended, at its last.
    const resumed = await resetAt(handle, (tasks) => tasks[0]);
    expect(await resumed.result()).toMatchObject({ state: 'completed', resent: 6 });
    const done = await resetAt(resumed, (tasks) => tasks.at(-1));
    expect(await done.result()).toMatchObject({ state: 'completed', resent: 6 });
    expect(await roundsOf(endpointId)).toEqual({ resent: 6, highest: 2 });
  });

  it('started by hand with something else fails, and says why', async () => {
    for (const [input, message] of [
      ['dlv_1', 'Not the id of a recovery: "dlv_1"'],
      [showId('recovery', newUuid()), 'There is no recovery rec_'],
    ] as const) {
      const handle = await engine.client.workflow.start('recover', {
        ...{ args: [input], workflowId: `by-hand-${input}`, taskQueue: 'everhook' },
      });
      expect((await failureOf(handle)).message).toContain(message);
    }
  });

  it('continues as new with a long history, with its id alone', async () => {
    const { recoveryId, endpointId, handle } = await start(16, 2);
    await untilResent(endpointId, 2);
    const { runId } = await handle.describe();
    for (let count = 0; count < 3; count += 1) {
      await handle.signal(signals.lookAgain, 'x'.repeat(1_500_000));
    }
    expect(await handle.result()).toMatchObject({ state: 'completed', resent: 16 });
    const last = await handle.describe();
    expect(last.runId).not.toBe(runId);
    expect(await roundsOf(endpointId)).toEqual({ resent: 16, highest: 2 });
    const first: Handle = engine.client.workflow.getHandle(
      workflowId('recover', recoveryId),
      runId,
    );
    await keepHistory('recovery-continued-as-new', first);
  });
});
