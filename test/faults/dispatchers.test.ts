import { describe, expect, it } from 'vitest';
import { eventually } from '../setup/eventually.js';
import { openScene } from './openScene.js';

const eventCount = 500;

describe('two services on one database', () => {
  it('start and send everything once', { timeout: 120_000 }, async (context) => {
    const scene = await openScene(context);
    const services = await Promise.all([scene.start(), scene.start()]);
    const clients = await Promise.all(services.map((service) => scene.client(service)));
    const [first] = clients;
    if (first === undefined) throw new Error('No client');
    await first.createEndpoint(scene.receiver.url);
    const sent: string[] = [];
    const send = async (lane: number): Promise<void> => {
      const client = clients[lane % clients.length] ?? first;
      while (sent.length < eventCount) {
        const place = sent.push('') - 1;
        sent[place] = (await client.send()).id;
      }
    };
    await Promise.all(Array.from({ length: 16 }, (_, lane) => send(lane)));
    await eventually(
      async () => {
        const { rows } = await scene.pool.query<{ open: number }>(
          `SELECT count(*)::int AS open FROM deliveries WHERE state <> 'delivered'`,
        );
        expect(rows[0]?.open).toBe(0);
      },
      { withinMs: 90_000, everyMs: 100 },
    );
    const received = scene.receiver.requests.map(({ headers }) => String(headers['webhook-id']));
    expect(received.sort()).toEqual([...sent].sort());
    expect(new Set(sent).size).toBe(sent.length);
  });
});
