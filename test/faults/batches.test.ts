import { describe, expect, it } from 'vitest';
import { batchOf, expectWhole } from '../workflows/batchLedger.js';
import {
  dispatchImport,
  insertImport,
  progressOf,
  shownDelivery,
} from '../workflows/importScene.js';
import { eventually } from '../setup/eventually.js';
import type { ReceivedRequest } from '../setup/receiver.js';
import { openScene, type Scene } from './openScene.js';

const batches = 12;
const rows = 10 * batches;
/** A dead worker is noticed by its missing heartbeats, and its claim lapses. */
const recoveryMs = 90_000;

async function startImport(scene: Scene, endpointId: string): Promise<string> {
  const endpointIds = [endpointId.slice('ep_'.length)];
  const made = await insertImport(scene.pool, {
    endpointIds,
    rows,
    batchSize: 10,
    schedule: [0.1],
  });
  await dispatchImport(scene.pool, made);
  return made.deliveryIds[0] ?? '';
}

async function untilDelivered(scene: Scene, deliveryId: string): Promise<void> {
  const wanted = { state: 'delivered', acknowledged: batches };
  await eventually(
    async () => expect(await progressOf(scene.pool, deliveryId)).toMatchObject(wanted),
    { withinMs: recoveryMs, everyMs: 200 },
  );
}

/** The first request of each batch; those that came again are the same, byte for byte. */
function firstOfEach(requests: readonly ReceivedRequest[]): ReceivedRequest[] {
  const byId = new Map<string, ReceivedRequest>();
  for (const request of requests) {
    const id = String(request.headers['webhook-id']);
    const first = byId.get(id);
    if (first === undefined) byId.set(id, request);
    else expect(request.body.equals(first.body), id).toBe(true);
  }
  return [...byId.values()];
}

describe.concurrent('a service that sends batches', { timeout: 240_000 }, () => {
  it('and is killed goes on at the batch whose answer was lost, with the same id and bytes', async (context) => {
    const scene = await openScene(context);
    scene.receiver.setScript((_, index) => (index === 2 ? undefined : { delayMs: 20 }));
    const service = await scene.start();
    const client = await scene.client(service);
    const { id } = await client.createEndpoint(scene.receiver.url);
    const deliveryId = await startImport(scene, id);
    await scene.receiver.waitFor(3);
    expect(await service.end('SIGKILL')).toBe('SIGKILL');

    await scene.start();
    await untilDelivered(scene, deliveryId);
    const { requests } = scene.receiver;
    expectWhole(firstOfEach(requests).map(batchOf), shownDelivery(deliveryId), rows);
    expect(requests).toHaveLength(batches + 1);
    const indexes = requests.map((request) => batchOf(request).index);
    expect(indexes).toEqual(indexes.toSorted((one, other) => one - other));
  });

  it('and is told to stop ends after the batch under way, which another process follows at once', async (context) => {
    const scene = await openScene(context);
    scene.receiver.setScript(() => ({ delayMs: 300 }));
    const [one] = await Promise.all([scene.start(), scene.start()]);
    const client = await scene.client(one);
    const { id } = await client.createEndpoint(scene.receiver.url);
    const deliveryId = await startImport(scene, id);
    await scene.receiver.waitFor(2);
    expect(await one.end('SIGTERM')).toBe(0);
    await untilDelivered(scene, deliveryId);
    const { requests } = scene.receiver;
    expectWhole(requests.map(batchOf), shownDelivery(deliveryId), rows);
  });

  it('and is told to stop while one hangs cuts it off, and gives its claim back', async (context) => {
    const scene = await openScene(context);
    scene.receiver.setScript((_, index) => (index === 1 ? undefined : {}));
    const service = await scene.start('api,dispatcher,worker', {
      EVERHOOK_SHUTDOWN_GRACE_MS: '1000',
    });
    const client = await scene.client(service);
    const { id } = await client.createEndpoint(scene.receiver.url);
    const deliveryId = await startImport(scene, id);
    await scene.receiver.waitFor(2);
    expect(await service.end('SIGTERM')).toBe(0);
    const { rows: claims } = await scene.pool.query<{ claimant: string | null }>(
      'SELECT claimant FROM batch_runs WHERE delivery_id = $1',
      [deliveryId],
    );
    expect(claims).toEqual([{ claimant: null }]);
    await scene.start();
    await untilDelivered(scene, deliveryId);
    expectWhole(firstOfEach(scene.receiver.requests).map(batchOf), shownDelivery(deliveryId), rows);
    expect(scene.receiver.requests).toHaveLength(batches + 1);
  });
});
