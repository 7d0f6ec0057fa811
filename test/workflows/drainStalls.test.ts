import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { uuidOf } from '../../src/domain/ids.js';
import { inTransaction } from '../../src/store/pool.js';
import { openRounds } from '../../src/store/rounds.js';
import { byTest } from '../setup/byTest.js';
import { eventually } from '../setup/eventually.js';
import { openDrainScene, type DrainScene } from './drainScene.js';
import { startTestEngine, type TestEngine } from './testEngine.js';

let engine: TestEngine;
beforeAll(async () => {
  engine = await startTestEngine({
    settings: {
      EVERHOOK_CIRCUIT_FAILURES: '5',
      EVERHOOK_FIRST_PROBE_MS: '300',
      EVERHOOK_DRAIN_SLOTS: '2',
    },
  });
}, 120_000);
afterAll(async () => {
  await engine.stop();
});

const ordered = `ordered = true, ordered_since = now()`;

async function epochOf({ endpointId }: DrainScene): Promise<number> {
  const { rows } = await engine.pool.query<{ epoch: string }>(
    'SELECT drain_epoch AS epoch FROM endpoint_queue WHERE endpoint_id = $1',
    [endpointId],
  );
  return Number(rows[0]?.epoch ?? 0);
}

async function idsOf({ endpointId }: DrainScene): Promise<string[]> {
  const { rows } = await engine.pool.query<{ id: string }>(
    'SELECT id FROM deliveries WHERE endpoint_id = $1 ORDER BY id',
    [endpointId],
  );
  return rows.map(({ id }) => id);
}

describe('a drain', () => {
  it('probes when a probe is due, though others wait for a retry until later', async () => {
    const scene = await openDrainScene(engine, () => ({ status: 503 }));
    await scene.set('rate_limit_per_second = 1000');
    await scene.send(5);
    await eventually(async () => expect(await scene.isCircuitOpen()).toBe(true));
    scene.receiver.setScript(() => ({}));
    await scene.send(1);
    await scene.untilStates({ queued: 5, delivered: 1 }, 15_000);
    await scene.receiver.close();
  });

  it('looks at nothing over and over where its endpoint is down and every key is blocked', async () => {
    const scene = await openDrainScene(engine, () => ({ status: 503 }));
    await scene.set(`retry_schedule = '{}', ${ordered}`);
    for (const orderingKey of ['a', 'b', 'c', 'd', 'e']) await scene.send(1, { orderingKey });
    await scene.untilStates({ failed: 5 });
    await eventually(async () => expect(await scene.isCircuitOpen()).toBe(true));
    await scene.send(1, { orderingKey: 'a' });
    await sleep(2_000);
    const before = await epochOf(scene);
    await sleep(6_000);
    expect((await epochOf(scene)) - before).toBeLessThan(2);
    await scene.receiver.close();
  });

  it('keeps an order that is turned on while it sends', async () => {
    const scene = await openDrainScene(engine, () => ({ delayMs: 1_000 }));
    await scene.set('rate_limit_per_second = 1000');
    await scene.send(1);
    await scene.receiver.waitFor(1);
    await scene.set(ordered);
    const later = await scene.send(3, { orderingKey: 'one' });
    await scene.untilStates({ delivered: 4 });
    expect(scene.received().slice(1)).toEqual(later);
    const times = scene.receiver.requests.slice(1).map(({ receivedAt }) => receivedAt);
    const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThan(900);
    await scene.receiver.close();
  });

  it('sends what is older than its order and resent while it sends others', async () => {
    const scene = await openDrainScene(engine, () => ({ status: 500 }));
    await scene.set(`retry_schedule = '{}'`);
    await scene.send(1);
    await scene.untilStates({ failed: 1 });
    await scene.set(ordered);
    scene.receiver.setScript(() => ({ delayMs: 2_000 }));
    await scene.send(1);
    await scene.receiver.waitFor(2);
    const [older = ''] = await idsOf(scene);
    await inTransaction(engine.pool, (db) => openRounds(db, [older], { through: 'queue' }));
    await scene.untilStates({ delivered: 2 }, 15_000);
    await scene.receiver.close();
  });

  it('goes on when what was under way before its order has ended', async () => {
    const scene = await openDrainScene(engine, () => ({ delayMs: 3_000 }));
    await scene.send(1);
    await scene.receiver.waitFor(1);
    await scene.set(ordered);
    scene.receiver.setScript(() => ({}));
    await scene.send(1);
    await scene.untilStates({ delivered: 2 }, 15_000);
    await scene.receiver.close();
  });

  it('goes on when what is older than its order is cancelled', async () => {
    const scene = await openDrainScene(engine, () => ({ status: 500 }));
    await scene.send(1);
    await scene.untilStates({ retrying: 1 });
    await scene.set(ordered);
    await scene.send(1);
    await sleep(2_000);
    scene.receiver.setScript(() => ({}));
    const [deliveryId = ''] = await idsOf(scene);
    await engine.intake.cancelDelivery(
      {
        environment: 'test',
        tenant: scene.tenant,
        deliveryId,
      },
      byTest,
    );
    await scene.untilStates({ cancelled: 1, delivered: 1 }, 15_000);
    await scene.receiver.close();
  });

  it('gives each key its turn where one request at a time takes long', async () => {
    const scene = await openDrainScene(engine, async () => {
      await sleep(200);
      return {};
    });
    await scene.set(`paused_at = now(), max_in_flight = 1, ${ordered}`);
    for (const orderingKey of ['a', 'b', 'c']) await scene.send(18, { orderingKey });
    await resume(scene);
    await scene.untilStates({ delivered: 54 }, 60_000);
    const got = await keysGot(scene);
    expect(got.indexOf('b')).toBeLessThan(got.lastIndexOf('a'));
    expect(got.indexOf('c')).toBeLessThan(got.lastIndexOf('b'));
    await scene.receiver.close();
  });

  it('gives each key its turn, however many there are', async () => {
    const scene = await openDrainScene(engine, () => ({}));
    await scene.set(`paused_at = now(), ${ordered}`);
    const keys = Array.from({ length: 180 }, (_, index) => `key-${String(index).padStart(3, '0')}`);
    await Promise.all(keys.map((orderingKey) => scene.send(24, { orderingKey })));
    await resume(scene);
    await scene.untilStates({ delivered: 180 * 24 }, 60_000);
    const got = await keysGot(scene);
    expect(got.indexOf('key-179')).toBeLessThan(got.lastIndexOf('key-000'));
    await scene.receiver.close();
  }, 90_000);

  it('holds no place of its process while its rate is used up', async () => {
    const slow = await Promise.all(
      [0, 1].map(async () => {
        const scene = await openDrainScene(engine, () => ({}));
        await scene.set('rate_limit_per_second = 0.01');
        await scene.send(3);
        await scene.receiver.waitFor(1);
        return scene;
      }),
    );
    await sleep(1_000);
    const scene = await openDrainScene(engine, () => ({}));
    await scene.set(ordered);
    await scene.send(1);
    await scene.untilStates({ delivered: 1 }, 10_000);
    await Promise.all([scene, ...slow].map(({ receiver }) => receiver.close()));
  });
});

/** Opens it as if it had never been closed: without the ramp. */
async function resume(scene: DrainScene): Promise<void> {
  const { tenant, endpointId } = scene;
  await engine.intake.resumeEndpoint({ environment: 'test', tenant, endpointId }, byTest);
  await scene.set('reopened_at = NULL');
}

/** The keys of what the receiver got, one after the other. */
async function keysGot(scene: DrainScene): Promise<string[]> {
  const { rows } = await engine.pool.query<{ id: string; key: string }>(
    'SELECT event_id AS id, ordering_key AS key FROM deliveries WHERE endpoint_id = $1',
    [scene.endpointId],
  );
  const keyOf = new Map(rows.map(({ id, key }) => [id, key]));
  return scene.received().map((id) => keyOf.get(uuidOf('event', id)) ?? '');
}
