import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomUUID } from 'node:crypto';
import type { BatchSender } from '../../src/delivery/batches/batchSender.js';
import { Sweeper } from '../../src/intake/housekeeping/sweeper.js';
import { maxBatchesAtOnce } from '../../src/domain/limits.js';
import { createLog } from '../../src/telemetry/log.js';
import { createMetrics } from '../../src/telemetry/metrics/createMetrics.js';
import { connectTemporal } from '../../src/temporal/connectTemporal.js';
import { createWorkflowStarter } from '../../src/temporal/createWorkflowStarter.js';
import { keepHistory } from '../replay/keepHistory.js';
import { eventually } from '../setup/eventually.js';
import type { ScriptedAnswer } from '../setup/receiver.js';
import { expectWhole, startLedger } from './batchLedger.js';
import {
  batchesHandle,
  insertImport,
  progressOf,
  shownDelivery,
  startBatches,
} from './importScene.js';
import { startTestEngine, type TestEngine } from './testEngine.js';

let engine: TestEngine;
beforeAll(async () => {
  engine = await startTestEngine({ batchBounds: { sliceMs: 40, stepsPerRun: 10 } });
}, 120_000);
afterAll(async () => {
  await engine.stop();
});

/** A process of its own, as far as claims are concerned. */
const newSender = (): BatchSender => engine.newDeliverers().batchSender;

const asker = { runId: 'a test', isEnding: () => false };
const never = new Promise<ScriptedAnswer>(() => undefined);

async function insertPlanned(url: string, rows: number): Promise<string> {
  return await insertPlannedFor(await engine.makeEndpoint({ url }), rows);
}

async function insertPlannedFor(endpointId: string, rows: number): Promise<string> {
  const made = await insertImport(engine.pool, { endpointIds: [endpointId], rows, batchSize: 1 });
  const [deliveryId = ''] = made.deliveryIds;
  await newSender().plan(deliveryId, () => undefined);
  return deliveryId;
}

describe('a claim on batches', () => {
  it('lets one of two senders send, and tells the other how long to wait', async () => {
    const ledger = await startLedger(() => ({ delayMs: 10 }));
    const deliveryId = await insertPlanned(ledger.url, 20);
    const [one, two] = [newSender(), newSender()];
    const sending = one.send(deliveryId, asker);
    await ledger.waitFor(1);
    const report = await two.send(deliveryId, asker);
    expect(report?.waitMs).toBeGreaterThan(10_000);
    expect(await sending).toMatchObject({ state: 'delivered', acknowledged: 20 });
    expectWhole(ledger.batches(), shownDelivery(deliveryId), 20);
    expect(ledger.atOnce()).toBe(1);
    await ledger.close();
  });

  it('waits while as many others of its endpoint are under way as that allows', async () => {
    const ledger = await startLedger(() => ({ delayMs: 20 }));
    const endpointId = await engine.makeEndpoint({ url: ledger.url });
    await engine.pool.query('UPDATE endpoints SET max_in_flight = 1 WHERE id = $1', [endpointId]);
    const first = await insertPlannedFor(endpointId, 5);
    const second = await insertPlannedFor(endpointId, 5);
    const sending = newSender().send(first, asker);
    await ledger.waitFor(1);
    expect(await newSender().send(second, asker)).toMatchObject({ acknowledged: 0, waitMs: 2_000 });
    expect(await sending).toMatchObject({ state: 'delivered' });
    expect(await newSender().send(second, asker)).toMatchObject({ state: 'delivered' });
    expect(ledger.atOnce()).toBe(1);
    await ledger.close();
  });

  it('that another has got meanwhile ends the request under way', async () => {
    const ledger = await startLedger(async (_, index) => (index === 0 ? await never : {}));
    const deliveryId = await insertPlanned(ledger.url, 2);
    const sending = newSender().send(deliveryId, asker);
    await ledger.waitFor(1);
    const other = randomUUID();
    await engine.pool.query(
      `UPDATE batch_runs SET claimant = $2, lease_until = now() + interval '1 hour' WHERE delivery_id = $1`,
      [deliveryId, other],
    );
    await expect(sending).rejects.toThrow("is another sender's");
    expect(await progressOf(engine.pool, deliveryId)).toMatchObject({
      acknowledged: 0,
      attemptCount: 0,
    });
    await engine.pool.query(
      `UPDATE batch_runs SET lease_until = now() - interval '1 ms' WHERE delivery_id = $1`,
      [deliveryId],
    );
    expect(await newSender().send(deliveryId, asker)).toMatchObject({ state: 'delivered' });
    expect(ledger.indexes()).toEqual([1, 1, 2]);
    await ledger.close();
  });

  it('is renewed while a receiver takes longer than it holds', { timeout: 60_000 }, async () => {
    const ledger = await startLedger((_, index) => ({ delayMs: index === 0 ? 17_000 : 0 }));
    const deliveryId = await insertPlanned(ledger.url, 2);
    const sending = newSender().send(deliveryId, asker);
    await ledger.waitFor(1);
    await eventually(
      async () => {
        const seen = await newSender().send(deliveryId, asker);
        expect(seen?.acknowledged).toBe(2);
      },
      { withinMs: 30_000, everyMs: 500 },
    );
    await sending;
    expect(ledger.indexes()).toEqual([1, 2]);
    await ledger.close();
  });

  it('leaves a late success to count, and a late failure to nothing', async () => {
    const answers: ((answer: ScriptedAnswer) => void)[] = [];
    const ledger = await startLedger(
      async () => await new Promise<ScriptedAnswer>((resolve) => answers.push(resolve)),
    );
    const deliveryId = await insertPlanned(ledger.url, 2);
    const late = newSender().send(deliveryId, asker);
    await ledger.waitFor(1);
    await engine.pool.query(
      `UPDATE batch_runs SET lease_until = now() - interval '1 ms' WHERE delivery_id = $1`,
      [deliveryId],
    );
    const second = newSender().send(deliveryId, asker);
    await ledger.waitFor(2);
    answers[1]?.({ status: 503 });
    await second;
    expect(await progressOf(engine.pool, deliveryId)).toMatchObject({
      state: 'failed',
      acknowledged: 0,
    });
    answers[0]?.({});
    await late;
    expect(await progressOf(engine.pool, deliveryId)).toMatchObject({
      state: 'failed',
      acknowledged: 1,
    });
    const { rows } = await engine.pool.query(
      'SELECT outcome, late FROM batch_attempts WHERE delivery_id = $1 ORDER BY id',
      [deliveryId],
    );
    expect(rows).toEqual([
      { outcome: 'failure', late: false },
      { outcome: 'success', late: false },
    ]);
    await ledger.close();
  });
});

describe('a plan', () => {
  it('of two at once is made by one, of which both know', async () => {
    const endpointId = await engine.makeEndpoint({ url: 'http://127.0.0.1:9' });
    const wish = { endpointIds: [endpointId], rows: 25_000, batchSize: 1, rowsPerChunk: 5_000 };
    const [deliveryId = ''] = (await insertImport(engine.pool, wish)).deliveryIds;
    const plan = async (): Promise<unknown> => await newSender().plan(deliveryId, () => undefined);
    await Promise.allSettled([plan(), plan()]);
    await plan();
    const { rows } = await engine.pool.query(
      `SELECT count(*)::int AS batches, max(number) AS last, sum(row_count)::int AS rows,
         bool_and(row_offset = number - 1) AS "inOrder" FROM batches WHERE delivery_id = $1`,
      [deliveryId],
    );
    expect(rows).toEqual([{ batches: 25_000, last: 25_000, rows: 25_000, inOrder: true }]);
    expect(await progressOf(engine.pool, deliveryId)).toMatchObject({ batchCount: 25_000 });
  });
});

describe('a workflow of many batches', () => {
  it('continues as new before its history grows', { timeout: 120_000 }, async () => {
    const ledger = await startLedger();
    const endpointId = await engine.makeEndpoint({ url: ledger.url });
    const wish = { endpointIds: [endpointId], rows: 1_000, batchSize: 1 };
    const { deliveryId, handle } = await startBatches(engine, wish);
    const first = engine.client.workflow.getHandle(
      handle.workflowId,
      (await handle.describe()).runId,
    );
    await eventually(
      async () =>
        expect(await progressOf(engine.pool, deliveryId)).toMatchObject({ state: 'delivered' }),
      { withinMs: 100_000 },
    );
    expect(await handle.result()).toMatchObject({ state: 'delivered', acknowledged: 1_000 });
    const description = await first.describe();
    expect(description.status.name).toBe('CONTINUED_AS_NEW');
    expect(description.historyLength).toBeLessThan(150);
    expectWhole(ledger.batches(), shownDelivery(deliveryId), 1_000);
    await keepHistory('batches-continued-as-new', first);
    await ledger.close();
  });

  it('that was terminated is started again by the sweeper', async () => {
    const ledger = await startLedger((_, index) => ({ status: index === 1 ? 503 : 200 }));
    const endpointId = await engine.makeEndpoint({ url: ledger.url });
    const wish = { endpointIds: [endpointId], rows: 3, batchSize: 1, schedule: [3_600] };
    const { made, deliveryId, handle } = await startBatches(engine, wish);
    await eventually(async () =>
      expect(await progressOf(engine.pool, deliveryId)).toMatchObject({ state: 'retrying' }),
    );
    const wakes = async (): Promise<unknown[]> =>
      (await engine.pool.query('SELECT FROM outbox WHERE event_id = $1', [made.eventId])).rows;
    await eventually(async () => expect(await wakes()).toEqual([]));
    const connection = await connectTemporal(engine.address);
    const starter = createWorkflowStarter(connection, engine.namespace);
    const log = createLog('silent');
    const { metrics } = createMetrics(['dispatcher']);
    const sweeper = new Sweeper({ pool: engine.pool, log, metrics, starter, overdueMs: 100 });
    await engine.pool.query(
      `UPDATE deliveries SET due_at = now() - interval '1 second' WHERE id = $1`,
      [deliveryId],
    );
    await sweeper.sweep();
    expect(await wakes()).toEqual([]);
    await handle.terminate();
    await eventually(async () => {
      await sweeper.sweep();
      expect(await progressOf(engine.pool, deliveryId)).toMatchObject({ state: 'delivered' });
    });
    expect(ledger.indexes()).toEqual([1, 2, 2, 3]);
    expect((await batchesHandle(engine, deliveryId).describe()).status.name).not.toBe('TERMINATED');
    await connection.close();
    await ledger.close();
  });
});

describe('runs of many', () => {
  it(
    'to receivers that hang leave half of the places to others, and delay no event',
    { timeout: 60_000 },
    async () => {
      const hanging = await startLedger(async () => await never);
      const fine = await startLedger();
      const slow = await engine.makeEndpoint({ url: hanging.url, tenant: 'many' });
      for (let count = 0; count < maxBatchesAtOnce + 8; count += 1) {
        await startBatches(engine, { tenant: 'many', endpointIds: [slow], rows: 2, batchSize: 1 });
      }
      await hanging.waitFor(maxBatchesAtOnce / 2, 30_000);

      const quick = await engine.makeEndpoint({ url: fine.url, tenant: 'single' });
      const { handle } = await startBatches(engine, {
        tenant: 'single',
        endpointIds: [quick],
        rows: 3,
        batchSize: 1,
      });
      expect(await handle.result()).toMatchObject({ state: 'delivered' });
      const sentAtMs = Date.now();
      const event = await engine.accept('single');
      expect(await event.handle.result()).toMatchObject([{ state: 'delivered' }]);
      expect(Date.now() - sentAtMs).toBeLessThan(5_000);
      expect(hanging.requests).toHaveLength(maxBatchesAtOnce / 2);
      await hanging.close();
      await fine.close();
    },
  );
});
