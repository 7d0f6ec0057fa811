import { expect, it } from 'vitest';
import { onlyDelivery } from '../e2e/apiClient.js';
import { eventually } from '../setup/eventually.js';
import { openScene } from './openScene.js';

const count = 30;
/** All are to fail, and none to wait for its endpoint. */
const settings = { EVERHOOK_CIRCUIT_FAILURES: '1000' };

it('a recovery whose process is killed twice resends each delivery once', async (context) => {
  const { onTestFinished } = context;
  const scene = await openScene({ onTestFinished });
  const first = await scene.start(undefined, settings);
  const client = await scene.client(first);
  scene.receiver.setScript(() => ({ status: 500 }));
  const endpoint = await client.createEndpoint(scene.receiver.url, { retrySchedule: [] });
  const ids: string[] = [];
  for (let n = 0; n < count; n += 1) ids.push(onlyDelivery(await client.send({ data: n })));
  for (const id of ids) await client.until(id, 'failed');
  // So that what is resent stays where it is.
  await client.post(`endpoints/${endpoint.id}/disable`);
  const made = await client.post(`endpoints/${endpoint.id}/recover`, { ratePerSecond: 5 });
  const { id: recoveryId } = made as { id: string };

  const resent = async (): Promise<number> => {
    const { rows } = await scene.pool.query<{ count: number }>(
      'SELECT count(*)::int FROM deliveries WHERE round = 2',
    );
    return rows[0]?.count ?? 0;
  };
  let process = first;
  for (const atLeast of [5, 15]) {
    await eventually(async () => expect(await resent()).toBeGreaterThanOrEqual(atLeast), {
      withinMs: 30_000,
    });
    expect(await process.end('SIGKILL')).toBe('SIGKILL');
    expect(await resent()).toBeLessThan(count);
    process = await scene.start(undefined, settings);
  }
  const again = await scene.client(process);
  await eventually(
    async () => {
      const { text } = await again.call('GET', `recoveries/${recoveryId}`);
      expect(JSON.parse(text)).toMatchObject({ state: 'completed', resent: count, skipped: 0 });
    },
    { withinMs: 60_000 },
  );
  const { rows } = await scene.pool.query<{ round: number; state: string }>(
    'SELECT DISTINCT round, state FROM deliveries',
  );
  expect(rows).toEqual([{ round: 2, state: 'queued' }]);
  expect(scene.receiver.requests).toHaveLength(count);
}, 120_000);
