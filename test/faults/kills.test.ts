import { describe, expect, it } from 'vitest';
import { onlyDelivery } from '../e2e/apiClient.js';
import { openScene, type Scene } from './openScene.js';

async function attemptsOnRecord({ pool }: Scene): Promise<string[]> {
  const { rows } = await pool.query<{ attempt: string }>(
    `SELECT 'dlv_' || delivery_id || ' ' || round || '.' || number || ' ' || coalesce(outcome, 'late') AS attempt
     FROM attempts`,
  );
  return rows.map(({ attempt }) => attempt).sort();
}

const idsReceived = ({ receiver }: Scene) =>
  receiver.requests.map(({ headers }) => String(headers['webhook-id'])).sort();

/** A worker's death is noticed when the time-out of its workflow task, 10 s, has passed. */
const recoveryMs = 45_000;

describe.concurrent('a service that is killed', { timeout: 240_000 }, () => {
  it('between the commit of an event and its start loses nothing', async (context) => {
    const scene = await openScene(context);
    const api = await scene.start('api');
    const client = await scene.client(api);
    await client.createEndpoint(scene.receiver.url);
    const events = [];
    for (let n = 0; n < 20; n += 1) events.push(await client.send({ data: { n } }));
    expect(await api.end('SIGKILL')).toBe('SIGKILL');
    expect(scene.receiver.requests).toEqual([]);

    const again = await scene.client(await scene.start());
    for (const event of events) await again.until(onlyDelivery(event), 'delivered');
    expect(idsReceived(scene)).toEqual(events.map(({ id }) => id).sort());
  });

  it('right after it accepted loses nothing, and records each attempt once', async (context) => {
    const scene = await openScene(context);
    const first = await scene.start();
    const client = await scene.client(first);
    await client.createEndpoint(scene.receiver.url);
    const events = await Promise.all(
      Array.from({ length: 40 }, (_, n) => client.send({ data: { n } })),
    );
    await first.end('SIGKILL');

    const again = await scene.client(await scene.start());
    for (const event of events) await again.until(onlyDelivery(event), 'delivered', recoveryMs);
    expect([...new Set(idsReceived(scene))]).toEqual(events.map(({ id }) => id).sort());
    expect(await attemptsOnRecord(scene)).toEqual(
      events.map((event) => `${onlyDelivery(event)} 1.1 success`).sort(),
    );
  });

  it('during an attempt makes it once more, under the same id, and records it once', async (context) => {
    const scene = await openScene(context);
    scene.receiver.setScript((_, index) => (index === 0 ? undefined : {}));
    const first = await scene.start();
    const client = await scene.client(first);
    await client.createEndpoint(scene.receiver.url, { timeoutMs: 2_000 });
    const event = await client.send();
    await scene.receiver.waitFor(1);
    await first.end('SIGKILL');

    const again = await scene.client(await scene.start());
    await again.until(onlyDelivery(event), 'delivered', recoveryMs);
    expect(idsReceived(scene)).toEqual([event.id, event.id]);
    expect(await attemptsOnRecord(scene)).toEqual([`${onlyDelivery(event)} 1.1 success`]);
  });

  it('while a retry waits makes it when it is due, and no sooner', async (context) => {
    const scene = await openScene(context);
    scene.receiver.setScript((_, index) => (index === 0 ? { status: 500 } : {}));
    const first = await scene.start();
    const client = await scene.client(first);
    await client.createEndpoint(scene.receiver.url, { retrySchedule: [5] });
    const id = onlyDelivery(await client.send());
    await client.until(id, 'retrying');
    await first.end('SIGKILL');

    const again = await scene.client(await scene.start());
    await again.until(id, 'delivered', recoveryMs);
    expect(await attemptsOnRecord(scene)).toEqual([`${id} 1.1 failure`, `${id} 1.2 success`]);
    const [one, two] = scene.receiver.requests;
    expect((two?.receivedAt ?? 0) - (one?.receivedAt ?? 0)).toBeGreaterThanOrEqual(4_900);
  });
});
