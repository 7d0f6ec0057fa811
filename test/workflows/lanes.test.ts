import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signals, taskQueues } from '../../src/contract/temporal.js';
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

/** By whom the task queues of those are shared out. */
async function fairnessKeys(handle: WorkflowHandle): Promise<string[]> {
  const { events } = await handle.fetchHistory();
  return (events ?? []).flatMap(
    ({ activityTaskScheduledEventAttributes: scheduled }) => scheduled?.priority?.fairnessKey ?? [],
  );
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
    expect(await fairnessKeys(handle)).toEqual(['long', 'long']);
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

describe('an event for several endpoints', () => {
  it('has the attempts of those that are slow made together, and what may take long alone', async () => {
    const tenant = 'slow together';
    const receiver = await startReceiver((_, index) => ({ delayMs: index < 3 ? 2_100 : 0 }));
    for (const name of ['a', 'b', 'c']) {
      await engine.makeEndpoint({ tenant, url: `${receiver.url}/${name}` });
    }
    const first = await engine.accept(tenant);
    await first.handle.result();
    await engine.makeEndpoint({ tenant, url: `${receiver.url}/long`, timeoutMs: 20_000 });
    const second = await engine.accept(tenant);
    expect(await second.handle.result()).toHaveLength(4);
    const asked = await ordinaryActivities(second.handle);
    expect(asked).toHaveLength(2);
    expect(asked).toContain(`${taskQueues.attempts}: attempts of 3 deliveries`);
    expect(asked).toContainEqual(expect.stringContaining(': attempt 1 of 1, dlv_'));
    expect(new Set(receiver.requests.slice(3).map(({ url }) => url)).size).toBe(4);
    expect(receiver.requests).toHaveLength(7);
    await keepHistory('attempts-together', second.handle);
    await receiver.close();
  });

  it('goes on with the others where one cannot be made for our own sake', async () => {
    const tenant = 'one is broken';
    const receiver = await startReceiver((_, index) => ({ delayMs: index < 2 ? 2_100 : 0 }));
    const broken = await engine.makeEndpoint({ tenant, url: `${receiver.url}/broken` });
    await engine.makeEndpoint({ tenant, url: `${receiver.url}/well` });
    const first = await engine.accept(tenant);
    await first.handle.result();
    await engine.pool.query(
      `UPDATE endpoints SET headers_sealed = 'no sealed text' WHERE id = $1`,
      [broken],
    );
    const { handle, deliveryIds } = await engine.accept(tenant);
    await eventually(async () => {
      const states = await Promise.all(deliveryIds.map((id) => engine.delivery(id)));
      expect(states.map(({ state }) => state).toSorted()).toEqual(['delivered', 'pending']);
    });
    await engine.pool.query(`UPDATE endpoints SET headers_sealed = NULL WHERE id = $1`, [broken]);
    await handle.signal(signals.retryNow, {});
    await handle.result();
    expect(receiver.requests).toHaveLength(4);
    await receiver.close();
  });

  it('waits for their retries with one timer, and attempts what is woken alone', async () => {
    const receiver = await startReceiver((_, index) => ({ status: index < 3 ? 503 : 200 }));
    for (const name of ['a', 'b', 'c']) {
      const url = `${receiver.url}/${name}`;
      await engine.makeEndpoint({ tenant: 'wait together', url, retrySchedule: [5] });
    }
    const { handle, deliveryIds } = await engine.accept('wait together');
    const [woken] = deliveryIds;
    await receiver.waitFor(3);
    await handle.signal(signals.retryNow, { deliveryId: woken });
    await receiver.waitFor(4);
    await eventually(async () => {
      const states = await Promise.all(deliveryIds.map((id) => engine.delivery(id)));
      expect(states.map(({ state }) => state)).toEqual(['delivered', 'retrying', 'retrying']);
    });
    expect(await handle.result()).toHaveLength(3);
    const { events } = await handle.fetchHistory();
    const timers = events?.filter((event) => event.timerStartedEventAttributes) ?? [];
    expect(timers.map(summaryIn)).toEqual([
      expect.stringMatching(/^attempt 2 of 2 at .*, last answer 503; 2 more wait$/),
      expect.stringMatching(/^attempt 2 of 2 at .*, last answer 503; 1 more wait$/),
    ]);
    await keepHistory('waited-together', handle);
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
