import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { searchAttributes } from '../../src/contract/searchAttributes.js';
import { workflowId } from '../../src/contract/temporal.js';
import { keepHistory } from '../replay/keepHistory.js';
import { expectWhole, startLedger } from './batchLedger.js';
import {
  batchesHandle,
  dispatchImport,
  insertImport,
  progressOf,
  shownDelivery,
} from './importScene.js';
import { startTestEngine, type TestEngine } from './testEngine.js';
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
    expect(description.typedSearchAttributes.get(searchAttributes.state)).toBe('running');
    await keepHistory('rows-in-batches-started', event);
    await keepHistory('batches-delivered', handle);
    await ledger.close();
  });
});
