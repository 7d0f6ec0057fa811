import { expect, it } from 'vitest';
import { operationalTenant } from '../../src/domain/operational.js';
import { eventually } from '../setup/eventually.js';
import { openScene } from './openScene.js';

const changes = 300;

it(
  'what is to be told becomes one event each, though whoever makes them is killed',
  { timeout: 180_000 },
  async (context) => {
    const scene = await openScene(context);
    const api = await scene.start('api');
    const product = await scene.clientOf(api.url, operationalTenant);
    await product.createEndpoint(scene.receiver.url);
    const client = await scene.client(api);
    const { id } = await client.createEndpoint('https://hooks.example.com/in');
    for (let n = 0; n < changes; n += 1) {
      await client.post(`endpoints/${id}/${n % 2 === 0 ? 'disable' : 'enable'}`);
    }
    await api.end('SIGKILL');
    const left = async (): Promise<number> => {
      const { rows } = await scene.pool.query<{ count: number }>(
        'SELECT count(*)::integer AS count FROM operational_events',
      );
      return rows[0]?.count ?? 0;
    };
    expect(await left()).toBe(changes);

    // Two at once, of which one is killed while it is at it.
    const [first, second] = [
      await scene.start('dispatcher', {}, 'listening'),
      await scene.start('dispatcher', {}, 'listening'),
    ];
    await eventually(async () => expect(await left()).toBeLessThan(changes), {
      withinMs: 30_000,
      everyMs: 2,
    });
    await first.end('SIGKILL');
    await eventually(async () => expect(await left()).toBe(0), { withinMs: 30_000 });
    await second.end('SIGKILL');
    const { rows } = await scene.pool.query<{ type: string; count: number }>(
      'SELECT type, count(*)::integer AS count FROM events GROUP BY 1 ORDER BY 1',
    );
    expect(rows).toEqual([
      { type: 'everhook.endpoint.disabled', count: changes / 2 },
      { type: 'everhook.endpoint.recovered', count: changes / 2 },
    ]);

    await scene.start();
    await eventually(
      async () => {
        const { rows: open } = await scene.pool.query(
          `SELECT state FROM deliveries WHERE tenant = $1 AND state <> 'delivered'`,
          [operationalTenant],
        );
        expect(open).toEqual([]);
      },
      { withinMs: 90_000 },
    );
    const ids = new Set(scene.receiver.requests.map(({ headers }) => headers['webhook-id']));
    expect(ids.size).toBe(changes);
  },
);
