import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { taskQueues } from '../../src/contract/temporal.js';
import { maxAttemptsAtOncePerEvent } from '../../src/domain/limits.js';
import { keepHistory } from '../replay/keepHistory.js';
import { eventually } from '../setup/eventually.js';
import { startReceiver } from '../setup/receiver.js';
import { startTestEngine, type TestEngine } from './testEngine.js';
import { summaryIn } from './summaryIn.js';

let engine: TestEngine;
beforeAll(async () => {
  engine = await startTestEngine();
}, 120_000);
afterAll(() => engine.stop());

/** The ordinary activities that a workflow had done: task queue and summary. */
async function ordinaryActivities(handle: WorkflowHandle): Promise<string[]> {
  const { events } = await handle.fetchHistory();
  return (events ?? []).flatMap((event) => {
    const queue = event.activityTaskScheduledEventAttributes?.taskQueue?.name;
    return queue ? [`${queue}: ${summaryIn(event)}`] : [];
  });
}

describe('the attempts queue', () => {
  it('has the retries past the third', async () => {
    const receiver = await startReceiver((_, index) => ({ status: index < 5 ? 500 : 200 }));
    const retrySchedule = [0, 0, 0, 0, 0.1, 60];
    await engine.makeEndpoint({ tenant: 'late', url: receiver.url, retrySchedule });
    const { handle, deliveryIds } = await engine.accept('late');
    await handle.result();
    expect(await ordinaryActivities(handle)).toEqual([
      `${taskQueues.attempts}: attempt 5 of 7, ${deliveryIds[0]}`,
      `${taskQueues.attempts}: attempt 6 of 7, ${deliveryIds[0]}`,
    ]);
    await keepHistory('attempts-lane', handle);
    await receiver.close();
  });

  it('has every attempt of an endpoint that may take longer than the default', async () => {
    const receiver = await startReceiver((_, index) => ({ status: index === 0 ? 500 : 200 }));
    await engine.makeEndpoint({
      ...{ tenant: 'long', url: receiver.url, timeoutMs: 20_000, retrySchedule: [0.1] },
    });
    const { handle } = await engine.accept('long');
    await handle.result();
    expect(await ordinaryActivities(handle)).toHaveLength(2);
    await keepHistory('long-time-out', handle);
    await receiver.close();
  });

  it('has what goes to an endpoint that answered slowly of late', async () => {
    const receiver = await startReceiver((_, index) => ({ delayMs: index === 0 ? 2_100 : 0 }));
    await engine.makeEndpoint({ tenant: 'slow', url: receiver.url });
    const first = await engine.accept('slow');
    await first.handle.result();
    expect(await ordinaryActivities(first.handle)).toEqual([]);
    const second = await engine.accept('slow');
    await second.handle.result();
    expect(await ordinaryActivities(second.handle)).toHaveLength(1);
    expect(receiver.requests).toHaveLength(2);
    await receiver.close();
  });
});

describe('the first attempts of one event', () => {
  it('are made some at once, and not too many', async () => {
    let now = 0;
    let most = 0;
    const receiver = await startReceiver(async () => {
      now += 1;
      most = Math.max(most, now);
      await sleep(100);
      now -= 1;
      return {};
    });
    const count = 100;
    for (let index = 0; index < count; index += 1) {
      await engine.makeEndpoint({ tenant: 'many', url: `${receiver.url}/${index}` });
    }
    const { handle } = await engine.accept('many');
    expect(await handle.result()).toHaveLength(count);
    expect(new Set(receiver.requests.map(({ url }) => url)).size).toBe(count);
    expect(receiver.requests).toHaveLength(count);
    expect(most).toBeLessThanOrEqual(maxAttemptsAtOncePerEvent);
    expect(most).toBeGreaterThan(maxAttemptsAtOncePerEvent / 2);
    await receiver.close();
  });

  it('are committed as they come, and wait from then on, whatever one receiver takes', async () => {
    const hangMs = 1_500;
    const retryMs = 1_000;
    const hanging = await startReceiver(() => ({ delayMs: hangMs }));
    const failing = await startReceiver((_, index) => ({ status: index === 0 ? 503 : 200 }));
    const retrySchedule = [retryMs / 1_000];
    await engine.makeEndpoint({ tenant: 'hangs', url: hanging.url });
    await engine.makeEndpoint({ tenant: 'hangs', url: failing.url, retrySchedule });
    const { handle, deliveryIds } = await engine.accept('hangs');
    await eventually(async () => {
      const states = await Promise.all(deliveryIds.map((id) => engine.delivery(id)));
      expect(states.map(({ state }) => state).toSorted()).toEqual(['pending', 'retrying']);
    });
    await handle.result();
    const [first, second] = failing.requests.map(({ receivedAt }) => receivedAt);
    const waitedMs = Number(second) - Number(first);
    expect(waitedMs).toBeGreaterThanOrEqual(retryMs);
    expect(waitedMs).toBeLessThan(hangMs + retryMs / 2);
    await hanging.close();
    await failing.close();
  });
});

describe('a worker that is replaced', () => {
  it('leaves the wait and the next attempt to the next one', async () => {
    const receiver = await startReceiver((_, index) => ({ status: index === 0 ? 500 : 200 }));
    await engine.makeEndpoint({ tenant: 'moved', url: receiver.url, retrySchedule: [2] });
    const { handle } = await engine.accept('moved');
    await receiver.waitFor(1);
    await engine.stopEngine();
    engine.startEngine();
    expect(await handle.result()).toMatchObject([{ state: 'delivered' }]);
    const [first, second, ...more] = receiver.requests.map(({ receivedAt }) => receivedAt);
    expect(Number(second) - Number(first)).toBeGreaterThanOrEqual(2_000);
    expect(more).toEqual([]);
    await receiver.close();
  });
});
