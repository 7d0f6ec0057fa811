import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { progressQuery } from '../../src/contract/temporal.js';
import { uuidOf } from '../../src/domain/ids.js';
import { keepHistory } from '../replay/keepHistory.js';
import { byTest } from '../setup/byTest.js';
import { eventually } from '../setup/eventually.js';
import type { ReceivedRequest } from '../setup/receiver.js';
import { openDrainScene, type DrainScene } from './drainScene.js';
import { startTestEngine, type TestEngine } from './testEngine.js';

let engine: TestEngine;
beforeAll(async () => {
  engine = await startTestEngine({ settings: { EVERHOOK_FIRST_PROBE_MS: '300' } });
}, 120_000);
afterAll(async () => {
  await engine.stop();
});

const ordered = `ordered = true, ordered_since = now() - interval '1 hour'`;

interface Numbered {
  id: string;
  key: string;
  number: number;
}

/** What the receiver got, in the order in which the requests came, with the numbers of its order. */
async function numbersOf(scene: DrainScene): Promise<Numbered[]> {
  const { rows } = await engine.pool.query<Numbered>(
    `SELECT event_id AS id, ordering_key AS key, ordering_number::integer AS number FROM deliveries
     WHERE endpoint_id = $1`,
    [scene.endpointId],
  );
  const byEvent = new Map(rows.map((row) => [row.id, row]));
  return scene.received().map((shown) => {
    const row = byEvent.get(uuidOf('event', shown));
    if (row === undefined) throw new Error(`The receiver got ${shown}, which is nobody's`);
    return row;
  });
}

/** Each key's numbers, without immediate repetitions, in the order in which the receiver got them. */
function byKey(numbered: readonly Numbered[]): Map<string, number[]> {
  const keys = new Map<string, number[]>();
  for (const { key, number } of numbered) {
    const numbers = keys.get(key) ?? [];
    if (numbers.at(-1) !== number) numbers.push(number);
    keys.set(key, numbers);
  }
  return keys;
}

function oneTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

const dataOf = (request: ReceivedRequest): { sent: number; key: string } =>
  (JSON.parse(request.body.toString()) as { data: { sent: number; key: string } }).data;

describe('an endpoint that is sent to in order', () => {
  it('gets each key in commit order, one at a time, whoever accepts and whoever drains', async () => {
    const underWay = new Map<string, number>();
    let overlaps = 0;
    const scene = await openDrainScene(engine, async (request) => {
      const { key } = dataOf(request);
      const now = (underWay.get(key) ?? 0) + 1;
      underWay.set(key, now);
      if (now > 1) overlaps += 1;
      await sleep(Math.random() * 4);
      underWay.set(key, now - 1);
      return {};
    });
    await scene.set(ordered);
    const keys = ['', 'a', 'b', 'ü', '😀'];
    const others = Array.from({ length: 2 }, () => engine.newDeliverers().drainer);
    const asker = { runId: 'a test', isEnding: () => false };
    const isSent = new AbortController();
    const meddling = others.map(async (drainer) => {
      while (!isSent.signal.aborted) {
        await drainer.drain(scene.endpointId, asker);
        await sleep(50);
      }
    });
    await Promise.all(
      keys.map(async (key) => {
        for (let sent = 0; sent < 8; sent += 1) {
          await scene.send(5, { data: { key }, ...(key !== '' && { orderingKey: key }) });
        }
      }),
    );
    isSent.abort();
    await Promise.all(meddling);
    await scene.untilStates({ delivered: 200 }, 30_000);
    expect(byKey(await numbersOf(scene))).toEqual(
      new Map(keys.map((key) => [key, oneTo(40)] as const)),
    );
    expect(overlaps).toBe(0);
    await scene.receiver.close();
  });

  it('waits for the retry of one that failed; other keys go on', async () => {
    let failures = 0;
    const scene = await openDrainScene(engine, ({ headers }) => {
      const fails = headers['webhook-id'] === first && failures < 2;
      if (fails) failures += 1;
      return { status: fails ? 500 : 200 };
    });
    await scene.set(`${ordered}, retry_schedule = '{1,1,1}', paused_at = now()`);
    const [first] = await scene.send(3, { orderingKey: 'a' });
    await scene.send(3, { orderingKey: 'b' });
    await scene.set('paused_at = NULL');
    await engine.pool.query('SELECT want_drains(ARRAY[$1::uuid])', [scene.endpointId]);
    await scene.untilStates({ delivered: 6 });
    const got = await numbersOf(scene);
    expect(byKey(got)).toEqual(
      new Map([
        ['a', [1, 2, 3]],
        ['b', [1, 2, 3]],
      ]),
    );
    expect(got.filter(({ key, number }) => key === 'a' && number === 1)).toHaveLength(3);
    await scene.receiver.close();
  });

  it('is blocked by what failed for good, visibly, until that is retried or cancelled', async () => {
    let isMended = false;
    const scene = await openDrainScene(engine, (request) => ({
      status: !isMended && [0, 2].includes(dataOf(request).sent) ? 400 : 200,
    }));
    await scene.set(`${ordered}, retry_schedule = '{0.1}'`);
    await scene.send(4);
    await scene.untilStates({ failed: 1, queued: 3 });
    await eventually(async () => {
      expect(await scene.drain.query(progressQuery)).toMatchObject({ state: 'blocked', queued: 3 });
    });
    const { rows } = await engine.pool.query<{ id: string }>(
      `SELECT id FROM deliveries WHERE endpoint_id = $1 AND state = 'failed'`,
      [scene.endpointId],
    );
    const ref = {
      environment: 'test',
      tenant: scene.tenant,
      deliveryId: rows[0]?.id ?? '',
    } as const;
    await engine.intake.cancelDelivery(ref, byTest);
    await scene.untilStates({ cancelled: 1, delivered: 1, failed: 1, queued: 1 });
    isMended = true;
    const again = await engine.pool.query<{ id: string }>(
      `SELECT id FROM deliveries WHERE endpoint_id = $1 AND state = 'failed'`,
      [scene.endpointId],
    );
    await engine.intake.retryDelivery({ ...ref, deliveryId: again.rows[0]?.id ?? '' }, byTest);
    await scene.untilStates({ cancelled: 1, delivered: 3 });
    expect(scene.receiver.requests.map((request) => dataOf(request).sent)).toEqual([
      0, 0, 1, 2, 2, 2, 3,
    ]);
    await keepHistory('drain-blocked', scene.drain);
    await scene.receiver.close();
  });

  it('passes what failed where it is to be skipped', async () => {
    const scene = await openDrainScene(engine, (request) => ({
      status: dataOf(request).sent === 1 ? 400 : 200,
    }));
    await scene.set(`${ordered}, on_failure = 'skip', retry_schedule = '{0.1}'`);
    await scene.send(4);
    await scene.untilStates({ failed: 1, delivered: 3 });
    expect(scene.receiver.requests.map((request) => dataOf(request).sent)).toEqual([0, 1, 1, 2, 3]);
    await scene.receiver.close();
  });

  it('gets what is older than its order first', async () => {
    const scene = await openDrainScene(engine, () => ({ status: 500 }));
    await scene.set(`retry_schedule = '{1,1,1}'`);
    const older = await scene.send(2);
    await scene.untilStates({ retrying: 2 });
    await scene.set(`ordered = true, ordered_since = now()`);
    const later = await scene.send(3);
    scene.receiver.setScript(() => ({}));
    await scene.untilStates({ delivered: 5 });
    const delivered = scene.received().slice(-5);
    expect(delivered.slice(0, 2).toSorted()).toEqual(older);
    expect(delivered.slice(2)).toEqual(later);
    await scene.receiver.close();
  });
});
