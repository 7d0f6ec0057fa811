import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDrainScene, type DrainScene } from './drainScene.js';
import { startBatches } from './importScene.js';
import { startTestEngine, type TestEngine } from './testEngine.js';

let engine: TestEngine;
beforeAll(async () => {
  engine = await startTestEngine({ batchBounds: { sliceMs: 3_000 } });
}, 120_000);
afterAll(() => engine.stop());

const requestMs = 60;

/** An endpoint that takes so many requests at once, and the most that it got. */
async function openBounded(
  maxInFlight: number,
): Promise<{ scene: DrainScene; most: () => number }> {
  let now = 0;
  let most = 0;
  const scene = await openDrainScene(engine, async () => {
    now += 1;
    most = Math.max(most, now);
    await sleep(requestMs);
    now -= 1;
    return {};
  });
  await scene.set(`max_in_flight = ${maxInFlight}`);
  return { scene, most: () => most };
}

describe.each([1, 2, 3])('an endpoint that takes %d at once', (maxInFlight) => {
  it(
    'gets no more from its queue and imports together, and both get on',
    { timeout: 60_000 },
    async () => {
      const { scene, most } = await openBounded(maxInFlight);
      // For longer than it takes on a busy machine until the imports send.
      const events = 120 * maxInFlight;
      await scene.send(events);
      await scene.receiver.waitFor(10);
      const imports = await Promise.all(
        [1, 2].map(() =>
          startBatches(engine, {
            tenant: scene.tenant,
            endpointIds: [scene.endpointId],
            rows: 8,
            batchSize: 1,
          }),
        ),
      );
      await Promise.all(imports.map(({ handle }) => handle.result()));
      const delivered = (await scene.states())['delivered'] ?? 0;
      expect(delivered, 'the imports needed not wait for the queue').toBeLessThan(events + 2);
      await scene.untilStates({ delivered: events + 2 });
      expect(scene.receiver.requests).toHaveLength(events + 16);
      expect(most()).toBe(maxInFlight);
      await scene.receiver.close();
    },
  );
});

it(
  'is left its places by a drain that finds nothing to probe with',
  { timeout: 60_000 },
  async () => {
    const { scene } = await openBounded(1);
    await scene.set(`circuit_opened_at = now(), next_probe_at = now()`);
    await engine.pool.query(
      `INSERT INTO endpoint_queue (endpoint_id, wanted, due_at) VALUES ($1, true, now())`,
      [scene.endpointId],
    );
    const asker = { runId: 'a test', isEnding: () => false };
    const report = await engine.newDeliverers().drainer.drain(scene.endpointId, asker);
    expect(report).toMatchObject({ attempts: 0, queued: 0 });
    const { handle } = await startBatches(engine, {
      ...{ tenant: scene.tenant, endpointIds: [scene.endpointId], rows: 2, batchSize: 1 },
    });
    expect(await handle.result()).toMatchObject({ state: 'delivered' });
    await scene.receiver.close();
  },
);
