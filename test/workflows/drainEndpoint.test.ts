import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { searchAttributes } from '../../src/contract/searchAttributes.js';
import { progressQuery, signals } from '../../src/contract/temporal.js';
import { keepHistory } from '../replay/keepHistory.js';
import { eventually } from '../setup/eventually.js';
import { openDrainScene } from './drainScene.js';
import { startTestEngine, type TestEngine } from './testEngine.js';

let engine: TestEngine;
beforeAll(async () => {
  engine = await startTestEngine({
    settings: {
      EVERHOOK_CIRCUIT_FAILURES: '5',
      EVERHOOK_FIRST_PROBE_MS: '300',
      EVERHOOK_MAX_PROBE_MS: '1000',
    },
  });
}, 120_000);
afterAll(async () => {
  await engine.stop();
});

const asker = { runId: 'a test', isEnding: () => false };

describe('an endpoint that is down', () => {
  it('gets probes alone, and when it is back what waited, oldest first', async () => {
    const scene = await openDrainScene(engine, () => ({ status: 503 }));
    await scene.send(8);
    await eventually(async () => expect(await scene.isCircuitOpen()).toBe(true));
    const waited = await scene.send(20);
    await eventually(async () => {
      const { typedSearchAttributes } = await scene.drain.describe();
      expect(typedSearchAttributes.get(searchAttributes.state)).toBe('down');
    });
    expect(await scene.drain.query(progressQuery)).toMatchObject({ state: 'down', delivered: 0 });
    const before = scene.receiver.requests.length;
    scene.receiver.setScript(() => ({}));
    await scene.untilStates({ delivered: 28 }, 30_000);
    const drained = scene.received().slice(before);
    expect(new Set(drained).size).toBe(drained.length);
    expect(drained.filter((id) => waited.includes(id)).toSorted()).toEqual(waited);
    expect(await scene.drain.result()).toMatchObject({ queued: 0 });
    expect(await scene.isCircuitOpen()).toBe(false);
    await keepHistory('drain-down', scene.drain);
    await scene.receiver.close();
  });

  it('is probed now when an operator says so in the Temporal UI', async () => {
    const scene = await openDrainScene(engine, () => ({ status: 503 }));
    await scene.send(6);
    await eventually(async () => expect(await scene.isCircuitOpen()).toBe(true));
    await scene.set(`next_probe_at = now() + interval '1 hour'`);
    await scene.send(1);
    scene.receiver.setScript(() => ({}));
    await eventually(() => scene.drain.signal(signals.retryNow, { deliveryId: 'dlv_nonsense' }));
    await sleep(500);
    expect(await scene.states()).toEqual({ queued: 7 });
    await eventually(async () => {
      await scene.drain.signal(signals.retryNow, {});
      expect((await scene.states())['queued'] ?? 0).toBe(0);
    });
    await scene.untilStates({ delivered: 7 });
    await scene.receiver.close();
  });

  it('is not held up by an event that its receiver refuses: probes take turns', async () => {
    const scene = await openDrainScene(engine, () => ({ status: 503 }));
    await scene.send(6);
    await eventually(async () => expect(await scene.isCircuitOpen()).toBe(true));
    await scene.untilStates({ queued: 6 });
    const [oldest] = scene.received().toSorted();
    scene.receiver.setScript(({ headers }) => ({
      status: headers['webhook-id'] === oldest ? 400 : 200,
    }));
    await eventually(async () => expect((await scene.states())['delivered']).toBe(5), {
      withinMs: 20_000,
    });
    expect(await scene.isCircuitOpen()).toBe(false);
    await scene.receiver.close();
  });

  it('leaves one open workflow, whatever is submitted meanwhile', async () => {
    const scene = await openDrainScene(engine, () => ({ status: 503 }));
    await scene.send(6);
    await eventually(async () => expect(await scene.isCircuitOpen()).toBe(true));
    await scene.untilStates({ queued: 6 });
    await scene.set(`next_probe_at = now() + interval '1 hour'`);
    const attempts = scene.receiver.requests.length;
    await Promise.all(Array.from({ length: 10 }, () => scene.send(20)));
    expect(await scene.states()).toEqual({ queued: 206 });
    const query = `tenant = '${scene.tenant}' AND ExecutionStatus = 'Running' AND WorkflowType = 'drainEndpoint'`;
    await eventually(async () => {
      const { count } = await engine.client.workflow.count(query);
      expect(count).toBe(1);
    });
    expect(scene.receiver.requests.length - attempts).toBeLessThanOrEqual(1);
    await scene.receiver.close();
  });
});

describe('a drain', () => {
  it('keeps the rate of its endpoint, whoever drains', async () => {
    const scene = await openDrainScene(engine, () => ({}));
    const ratePerSecond = 20;
    await scene.set(`rate_limit_per_second = ${ratePerSecond}`);
    await scene.send(50);
    const meanwhile = Array.from({ length: 4 }, async (_, index) => {
      await sleep(index * 300);
      return await engine.newDeliverers().drainer.drain(scene.endpointId, asker);
    });
    await Promise.all(meanwhile);
    await scene.untilStates({ delivered: 50 }, 30_000);
    expect(new Set(scene.received()).size).toBe(50);
    expect(scene.receiver.requests).toHaveLength(50);
    const times = scene.receiver.requests.map(({ receivedAt }) => receivedAt);
    // What was claimed together may be sent late by one and soon by the next: a claim's worth of leeway.
    const burst = 2 + ratePerSecond * 0.1;
    for (const from of times) {
      const inSecond = times.filter((time) => time >= from && time < from + 1_000).length;
      expect(inSecond).toBeLessThanOrEqual(ratePerSecond + 2 * burst);
    }
    await scene.receiver.close();
  });

  it('has no more under way than its endpoint allows, and retries in its turn', async () => {
    let underWay = 0;
    let most = 0;
    const scene = await openDrainScene(engine, async (_, index) => {
      underWay += 1;
      most = Math.max(most, underWay);
      await sleep(20);
      underWay -= 1;
      return { status: index === 3 ? 500 : 200 };
    });
    await scene.set(`max_in_flight = 2, retry_schedule = '{0.5}'`);
    await scene.send(30);
    await scene.untilStates({ delivered: 30 });
    expect(scene.receiver.requests).toHaveLength(31);
    expect(most).toBe(2);
    await scene.receiver.close();
  });

  it('sends nothing twice where two are forced at once', async () => {
    const scene = await openDrainScene(engine, async () => {
      await sleep(5);
      return {};
    });
    await scene.set('max_in_flight = 5, paused_at = now()');
    await scene.send(200);
    await scene.set('paused_at = NULL');
    const drainers = Array.from({ length: 3 }, () => engine.newDeliverers().drainer);
    while ((await scene.states())['queued'] !== undefined) {
      await Promise.all(drainers.map((drainer) => drainer.drain(scene.endpointId, asker)));
    }
    await scene.untilStates({ delivered: 200 });
    expect(new Set(scene.received()).size).toBe(200);
    expect(scene.receiver.requests).toHaveLength(200);
    await scene.receiver.close();
  });

  it('lets no wake be lost: whatever is queued while it ends is sent', async () => {
    const scene = await openDrainScene(engine, () => ({}));
    await scene.set('max_in_flight = 10');
    for (let turn = 0; turn < 60; turn += 1) {
      await scene.send(1);
      await sleep(turn * 3);
    }
    await scene.untilStates({ delivered: 60 }, 10_000);
    expect(scene.receiver.requests).toHaveLength(60);
    await keepHistory('drain-paced', scene.drain);
    await scene.receiver.close();
  });

  it('that was terminated is started again by the sweep', async () => {
    const scene = await openDrainScene(engine, () => ({ status: 503 }));
    await scene.send(6);
    await eventually(async () => expect(await scene.isCircuitOpen()).toBe(true));
    await eventually(async () =>
      expect((await scene.drain.describe()).status.name).toBe('RUNNING'),
    );
    await scene.drain.terminate('a test');
    scene.receiver.setScript(() => ({}));
    await eventually(
      async () => {
        // Again and again: a slice that was under way when its workflow ended says when it looks next.
        await engine.pool.query(
          `UPDATE endpoint_queue SET due_at = now() - interval '1 hour' WHERE endpoint_id = $1`,
          [scene.endpointId],
        );
        expect(await scene.states()).toEqual({ delivered: 6 });
      },
      { withinMs: 25_000 },
    );
    await scene.receiver.close();
  });
});
