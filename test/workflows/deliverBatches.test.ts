import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rowsExpiredReason } from '../../src/domain/imports/rowsExpired.js';
import { searchAttributes } from '../../src/contract/searchAttributes.js';
import { workflowId } from '../../src/contract/temporal.js';
import { keepHistory } from '../replay/keepHistory.js';
import { expectWhole, startLedger } from './batchLedger.js';
import { expireRows } from '../../src/store/expireRows.js';
import { failureOf } from './failureOf.js';
import {
  batchesHandle,
  dispatchImport,
  insertImport,
  progressOf,
  shownDelivery,
  startBatches,
} from './importScene.js';
import { startTestEngine, type TestEngine } from './testEngine.js';
import { byTest } from '../setup/byTest.js';
import { eventually } from '../setup/eventually.js';

let engine: TestEngine;
beforeAll(async () => {
  engine = await startTestEngine();
}, 120_000);
afterAll(() => engine.stop());

describe('an import in batches', () => {
  it('comes strictly one batch at a time, in order, every row once', async () => {
    const ledger = await startLedger(() => ({ delayMs: 20 }));
    const endpointId = await engine.makeEndpoint({ url: ledger.url });
    const made = await insertImport(engine.pool, {
      endpointIds: [endpointId],
      rows: 1_234,
      batchSize: 100,
    });
    const [deliveryId = ''] = made.deliveryIds;
    await dispatchImport(engine.pool, made);
    const event = engine.client.workflow.getHandle(workflowId('deliverEvent', made.eventId));
    await eventually(() => event.describe());
    await event.result();
    const handle = batchesHandle(engine, deliveryId);
    expect(await handle.result()).toEqual({
      ...{ deliveryId: shownDelivery(deliveryId), state: 'delivered', reason: null },
      ...{ batches: 13, acknowledged: 13, acknowledgedRows: 1_234 },
    });
    expectWhole(ledger.batches(), shownDelivery(deliveryId), 1_234);
    expect(ledger.atOnce()).toBe(1);
    expect(await progressOf(engine.pool, deliveryId)).toMatchObject({
      ...{ state: 'delivered', acknowledged: 13, acknowledgedRows: 1_234 },
    });
    const description = await handle.describe();
    expect(await description.staticSummary()).toBe(`rows.all for acme, import ${made.name}`);
    expect(description.typedSearchAttributes.get(searchAttributes.import)).toBe(made.name);
    expect(description.typedSearchAttributes.get(searchAttributes.state)).toBe('sending');
    await keepHistory('rows-in-batches-started', event);
    await keepHistory('batches-delivered', handle);
    await ledger.close();
  });

  it('has boundaries where the bytes say so, and every row once', async () => {
    const ledger = await startLedger();
    const endpointId = await engine.makeEndpoint({ url: ledger.url });
    const long = 'x'.repeat(60_000);
    // 60 kB each: 69 fit into 4 MiB; then short ones, of which 200 make a batch.
    const textOf = (row: number): string => `{"n":${row},"text":"${row < 150 ? long : ''}"}`;
    const wish = { endpointIds: [endpointId], rows: 500, batchSize: 200, textOf, rowsPerChunk: 30 };
    const { deliveryId, handle } = await startBatches(engine, wish);
    await handle.result();
    expectWhole(ledger.batches(), shownDelivery(deliveryId), 500);
    const sizes = ledger.requests.map(({ body }) => body.length);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(4_194_304);
    expect(ledger.batches().map(({ rowCount }) => rowCount)).toEqual([69, 69, 200, 162]);
    await ledger.close();
  });

  it.each([
    ['valid', (row: number) => row % 3 !== 0],
    ['invalid', (row: number) => row % 3 === 0],
  ] as const)('brings the %s rows alone where these are chosen', async (choice, has) => {
    const ledger = await startLedger();
    const endpointId = await engine.makeEndpoint({ url: ledger.url });
    const isValid = (row: number): boolean => row % 3 !== 0;
    const wish = {
      endpointIds: [endpointId],
      rows: 100,
      batchSize: 7,
      isValid,
      choice,
      rowsPerChunk: 11,
    };
    const { handle } = await startBatches(engine, wish);
    await handle.result();
    const rows = ledger.batches().flatMap((batch) => batch.rows.map(({ data }) => data.n));
    expect(rows).toEqual(Array.from({ length: 100 }, (_, row) => row).filter(has));
    await ledger.close();
  });

  it('is repeated under the same id with the same bytes, whatever a receiver does, and goes on', async () => {
    const ledger = await startLedger((_, index, response) => {
      if (index === 1) return { status: 503 };
      if (index === 2) return { status: 413, body: 'too large' };
      if (index === 3) {
        response.destroy();
        return undefined;
      }
      if (index === 4) return undefined;
      return {};
    });
    const endpointId = await engine.makeEndpoint({ url: ledger.url, timeoutMs: 1_000 });
    const schedule = Array(5).fill(0.05) as number[];
    const { deliveryId, handle } = await startBatches(engine, {
      endpointIds: [endpointId],
      rows: 30,
      batchSize: 10,
      schedule,
    });
    expect(await handle.result()).toMatchObject({ state: 'delivered' });
    expect(ledger.indexes()).toEqual([1, 2, 2, 2, 2, 2, 3]);
    const [, ...repeats] = ledger.requests.slice(0, 6);
    expect(new Set(repeats.map(({ body }) => body.toString())).size).toBe(1);
    expect(new Set(repeats.map(({ headers }) => headers['webhook-id']))).toEqual(
      new Set([`${shownDelivery(deliveryId)}_2`]),
    );
    const { rows } = await engine.pool.query<{ attempt: string }>(
      `SELECT batch || '.' || number || ' ' || outcome || ' ' || coalesce(status::text, failure) AS attempt
       FROM batch_attempts WHERE delivery_id = $1 ORDER BY batch, id`,
      [deliveryId],
    );
    expect(rows.map(({ attempt }) => attempt)).toEqual([
      ...['1.1 success 200', '2.1 failure 503', '2.2 failure 413', '2.3 failure connection lost'],
      ...['2.4 failure timed out', '2.5 success 200', '3.1 success 200'],
    ]);
    await keepHistory('batches-retried', handle);
    await ledger.close();
  });

  it('acknowledged with a body that is cut off counts, as any 2xx does', async () => {
    const ledger = await startLedger((_, index, response) => {
      if (index > 0) return {};
      response.writeHead(200, { 'content-length': '100' });
      response.write('{"stop": true');
      setTimeout(() => response.destroy(), 20);
      return undefined;
    });
    const endpointId = await engine.makeEndpoint({ url: ledger.url });
    const { handle } = await startBatches(engine, {
      endpointIds: [endpointId],
      rows: 20,
      batchSize: 10,
    });
    expect(await handle.result()).toMatchObject({ state: 'delivered', acknowledged: 2 });
    expect(ledger.indexes()).toEqual([1, 2]);
    await ledger.close();
  });

  it('ends early where the receiver asks to stop, and a retry sends all again', async () => {
    const ledger = await startLedger((_, index) => (index === 1 ? { body: '{"stop": true}' } : {}));
    const endpointId = await engine.makeEndpoint({ url: ledger.url });
    const { deliveryId, handle } = await startBatches(engine, {
      endpointIds: [endpointId],
      rows: 40,
      batchSize: 10,
    });
    expect(await handle.result()).toMatchObject({
      ...{ state: 'delivered', reason: 'the receiver asked to stop at batch 2 of 4' },
      ...{ acknowledged: 2, acknowledgedRows: 20 },
    });
    ledger.setScript(() => ({}));
    expect(await engine.intake.retryDelivery({ ...tenantRef, deliveryId }, byTest)).toBe(
      'new round',
    );
    await untilProgress(deliveryId, { state: 'delivered', acknowledged: 4, round: 2 });
    expect(ledger.indexes()).toEqual([1, 2, 1, 2, 3, 4]);
    const ids = ledger.batches().map(({ webhookId }) => webhookId);
    expect(ids.slice(2, 4)).toEqual(ids.slice(0, 2));
    await ledger.close();
  });

  it('whose rows are not kept loses them with the last acknowledgement of its deliveries', async () => {
    const ledger = await startLedger(({ url }, index) => ({
      status: url === '/b' && index < 4 ? 503 : 200,
    }));
    const one = await engine.makeEndpoint({ url: `${ledger.url}/a` });
    const two = await engine.makeEndpoint({ url: `${ledger.url}/b` });
    const wish = { rows: 20, batchSize: 20, keepRows: false, schedule: [0.3, 0.3, 0.3, 0.3, 0.3] };
    const made = await insertImport(engine.pool, { endpointIds: [one, two], ...wish });
    await dispatchImport(engine.pool, made);
    const [first = '', second = ''] = made.deliveryIds;
    await untilProgress(first, { state: 'delivered' });
    expect(await hasExpired(made.id)).toBe(false);
    await untilProgress(second, { state: 'delivered' });
    await eventually(async () => expect(await hasExpired(made.id)).toBe(true));
    const ref = { ...tenantRef, deliveryId: first };
    await expect(engine.intake.retryDelivery(ref, byTest)).rejects.toMatchObject({
      code: 'rows_expired_resend',
    });
    await ledger.close();
  });

  it('fails with that reason where its rows expire meanwhile', async () => {
    const ledger = await startLedger((_, index) => ({ status: index === 0 ? 200 : 503 }));
    const endpointId = await engine.makeEndpoint({ url: ledger.url });
    const wish = { endpointIds: [endpointId], rows: 20, batchSize: 10, schedule: [0.5] };
    const { made, deliveryId, handle } = await startBatches(engine, wish);
    await ledger.waitFor(2);
    await expireRows(engine.pool, made.id);
    const failure = await failureOf(handle);
    expect(failure.message).toContain(rowsExpiredReason);
    expect(await progressOf(engine.pool, deliveryId)).toMatchObject({
      state: 'failed',
      acknowledged: 1,
    });
    await ledger.close();
  });

  it('fails with that reason where its rows have expired before the first batch', async () => {
    const endpointId = await engine.makeEndpoint({ url: 'http://127.0.0.1:9' });
    const made = await insertImport(engine.pool, {
      ...{ endpointIds: [endpointId], rows: 2, batchSize: 1 },
    });
    const [deliveryId = ''] = made.deliveryIds;
    // As where a retry and the expiry came at the same moment: the expiry saw no open delivery.
    await engine.pool.query(`UPDATE imports SET rows_expired_at = now() WHERE id = $1`, [made.id]);
    await dispatchImport(engine.pool, made);
    await untilProgress(deliveryId, { state: 'failed', reason: rowsExpiredReason });
  });
});

const tenantRef = { environment: 'test', tenant: 'acme' } as const;

async function hasExpired(importId: string): Promise<boolean> {
  const { rows } = await engine.pool.query<{ expired: boolean }>(
    'SELECT rows_expired_at IS NOT NULL AS expired FROM imports WHERE id = $1',
    [importId],
  );
  return rows[0]?.expired === true;
}

async function untilProgress(deliveryId: string, wanted: object): Promise<void> {
  await eventually(
    async () => expect(await progressOf(engine.pool, deliveryId)).toMatchObject(wanted),
    {
      withinMs: 20_000,
    },
  );
}
