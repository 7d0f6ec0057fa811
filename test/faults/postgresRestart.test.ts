import { expect, it } from 'vitest';
import type { Accepted, ApiClient } from '../e2e/apiClient.js';
import { onlyDelivery } from '../e2e/apiClient.js';
import { eventually } from '../setup/eventually.js';
import { openScene } from './openScene.js';
import { ownPostgres } from './ownPostgres.js';

/** Submits until it is taken; anything but 202, or 503 while Postgres is away, is an error. */
async function submit(client: ApiClient, n: number): Promise<{ event: Accepted; tries: number }> {
  let tries = 0;
  const event = await eventually(
    async () => {
      tries += 1;
      const answer = await client.call('POST', 'events', {
        body: { type: 'thing.done', data: { n } },
        headers: { 'idempotency-key': `event-${n}` },
      });
      expect([202, 409, 503]).toContain(answer.status);
      if (answer.status !== 202) throw new Error(`${answer.status} ${answer.text}`);
      return JSON.parse(answer.text) as Accepted;
    },
    { withinMs: 30_000, everyMs: 100 },
  );
  return { event, tries };
}

it(
  'a restart of Postgres during deliveries loses nothing and ends no process',
  { timeout: 240_000 },
  async (context) => {
    const postgres = await ownPostgres(context);
    const scene = await openScene(context, postgres);
    scene.receiver.setScript((_, index) => ({ delayMs: 20, status: index % 5 === 0 ? 500 : 200 }));
    const service = await scene.start();
    const client = await scene.client(service);
    await client.createEndpoint(scene.receiver.url, { retrySchedule: Array(10).fill(0.2) });

    const submitted = Array.from({ length: 150 }, async (_, n) => {
      await scene.receiver.waitFor(Math.max(0, n - 40), 60_000);
      return await submit(client, n);
    });
    await scene.receiver.waitFor(60, 30_000);
    await postgres.restart();

    const all = await Promise.all(submitted);
    for (const { event } of all) await client.until(onlyDelivery(event), 'delivered', 40_000);
    const received = new Set(scene.receiver.requests.map(({ headers }) => headers['webhook-id']));
    expect(received).toEqual(new Set(all.map(({ event }) => event.id)));
    expect(all.some(({ tries }) => tries > 1)).toBe(true);
    const { rows } = await scene.pool.query<{ count: number }>(
      'SELECT count(*)::int AS count FROM events',
    );
    expect(rows[0]?.count).toBe(150);
    expect(await service.end('SIGTERM')).toBe(0);
  },
);
