import { randomUUID } from 'node:crypto';
import { v7 as newUuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { roundUsedUp, taskQueues } from '../../src/contract/temporal.js';
import { keepHistory } from '../replay/keepHistory.js';
import { eventually } from '../setup/eventually.js';
import { startReceiver } from '../setup/receiver.js';
import { failureOf } from './failureOf.js';
import { startTestEngine, type TestEngine } from './testEngine.js';

let engine: TestEngine;
beforeAll(async () => {
  engine = await startTestEngine();
}, 120_000);
afterAll(() => engine.stop());

describe('deliverEvent', () => {
  it('is completed when the first attempts succeed', async () => {
    const receiver = await startReceiver();
    await engine.makeEndpoint({ tenant: 'first', url: receiver.url });
    await engine.makeEndpoint({ tenant: 'first', url: receiver.url });
    const { handle, eventId, deliveryIds } = await engine.accept('first');
    expect(await handle.result()).toEqual(
      deliveryIds
        .toSorted()
        .map((deliveryId) => ({ deliveryId, state: 'delivered', lastAnswer: '200' })),
    );
    expect(receiver.requests.map(({ headers }) => headers['webhook-id'])).toEqual([
      eventId,
      eventId,
    ]);
    await keepHistory('delivered-first', handle);
    await receiver.close();
  });

  it('goes on with the others where one cannot be sent by our own fault', async () => {
    const receiver = await startReceiver((_, index) => ({ status: index === 0 ? 503 : 204 }));
    const broken = await engine.makeEndpoint({ tenant: 'broken', url: receiver.url });
    await engine.makeEndpoint({ tenant: 'broken', url: receiver.url, retrySchedule: [0.1] });
    await engine.pool.query(`UPDATE endpoints SET headers_sealed = 'damaged' WHERE id = $1`, [
      broken,
    ]);
    const { handle, deliveryIds } = await engine.accept('broken');
    const states = () => Promise.all(deliveryIds.map((id) => engine.delivery(id)));
    await eventually(async () => {
      expect((await states()).map(({ state }) => state).sort()).toEqual(['delivered', 'pending']);
    });
    expect(receiver.requests).toHaveLength(2);
    await handle.terminate();
    await receiver.close();
  });

  it('retries along the schedule until it is delivered', async () => {
    const receiver = await startReceiver((_, index) => ({ status: index < 3 ? 503 : 204 }));
    const retrySchedule = [0.2, 0.4, 0, 60];
    await engine.makeEndpoint({ tenant: 'retried', url: receiver.url, retrySchedule });
    const { handle, deliveryIds } = await engine.accept('retried');
    expect(await handle.result()).toMatchObject([{ state: 'delivered', lastAnswer: '204' }]);
    expect(await engine.delivery(String(deliveryIds[0]))).toMatchObject({ attemptCount: 4 });
    const times = receiver.requests.map(({ receivedAt }) => receivedAt);
    expect(Number(times[1]) - Number(times[0])).toBeGreaterThanOrEqual(200);
    expect(Number(times[2]) - Number(times[1])).toBeGreaterThanOrEqual(400);
    expect(times).toHaveLength(4);
    await keepHistory('retried-then-delivered', handle);
    await receiver.close();
  });

  it('fails, and says what failed, when a round is used up', async () => {
    const receiver = await startReceiver(({ url }) => ({ status: url === '/bad' ? 500 : 200 }));
    await engine.makeEndpoint({ tenant: 'used', url: `${receiver.url}/bad`, retrySchedule: [0.1] });
    await engine.makeEndpoint({ tenant: 'used', url: `${receiver.url}/good` });
    const { handle, deliveryIds } = await engine.accept('used');
    const failure = await failureOf(handle);
    const states = await Promise.all(deliveryIds.map((id) => engine.delivery(id)));
    const failed = deliveryIds[states.findIndex(({ state }) => state === 'failed')];
    expect(failure).toMatchObject({
      type: roundUsedUp,
      message: `Used up all attempts: ${failed} (last answer 500). In all 1 delivered, 1 failed.`,
    });
    expect(failure.details?.[0]).toHaveLength(2);
    expect((await handle.describe()).status.name).toBe('FAILED');
    await keepHistory('round-used-up', handle);
    await receiver.close();
  });

  it('leaves to its endpoint what a 410 has queued, and is completed', async () => {
    const receiver = await startReceiver(() => ({ status: 410 }));
    await engine.makeEndpoint({ tenant: 'gone', url: receiver.url, retrySchedule: [60] });
    const { handle } = await engine.accept('gone');
    expect(await handle.result()).toMatchObject([{ state: 'queued', lastAnswer: '410' }]);
    await keepHistory('gone-so-queued', handle);
    await receiver.close();
  });

  it.each([
    ['deliverEvent', 'job.end', /^Not the id of an event: "job.end"/],
    ['deliverEvent', { eventId: 'x' }, /^Not the id of an event: \{"eventId":"x"\}/],
    ['deliverEvent', undefined, /^Not the id of an event/],
    ['deliverEvent', `evt_${newUuid()}`, /^There is no delivery of an event evt_/],
    ['redeliver', `evt_${newUuid()}`, /^Not the id of a delivery: "evt_/],
    ['redeliver', `dlv_${newUuid()}`, /^There is no delivery dlv_/],
  ])('fails at once when %s is started by hand with %j', async (type, input, message) => {
    const handle = await engine.client.workflow.start(type, {
      taskQueue: taskQueues.workflows,
      workflowId: randomUUID(),
      args: [input],
    });
    const failure = await failureOf(handle);
    expect(failure.message).toMatch(message);
  });
});
