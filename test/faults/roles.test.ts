import { describe, expect, it } from 'vitest';
import { onlyDelivery } from '../e2e/apiClient.js';
import { openScene } from './openScene.js';

async function partsOf(url: string): Promise<string[]> {
  const response = await fetch(`${url}/health/ready`);
  const { parts } = (await response.json()) as { parts: Record<string, string> };
  expect([response.status, new Set(Object.values(parts))]).toEqual([200, new Set(['ok'])]);
  return Object.keys(parts).sort();
}

describe('roles in processes of their own', () => {
  it(
    'deliver together, each says when it is ready, and each ends with exit code 0',
    { timeout: 240_000 },
    async (context) => {
      const scene = await openScene(context);
      const names = ['api', 'dispatcher', 'worker', 'worker'];
      const processes = await Promise.all(names.map((role) => scene.start(role)));
      const [api, dispatcher, worker] = processes;
      if (!api || !dispatcher || !worker) throw new Error('They have not started');
      expect(await partsOf(api.url)).toEqual(['postgres']);
      expect(await partsOf(dispatcher.url)).toEqual(['postgres', 'temporal']);
      expect(await partsOf(worker.url)).toEqual(['postgres', 'temporal']);
      const refused = await fetch(`${worker.url}/v1/tenants`, { headers: { authorization: 'x' } });
      expect(refused.status).toBe(404);

      scene.receiver.setScript((_, index) => (index % 3 === 0 ? { status: 500 } : {}));
      const client = await scene.client(api);
      await client.createEndpoint(scene.receiver.url, { retrySchedule: Array(5).fill(0.1) });
      const events = await Promise.all(
        Array.from({ length: 30 }, (_, n) => client.send({ data: { n } })),
      );
      for (const event of events) await client.until(onlyDelivery(event), 'delivered', 30_000);
      for (const { id } of events) {
        const answers = scene.receiver.requests.filter(
          ({ headers }) => headers['webhook-id'] === id,
        );
        expect(answers.length).toBeGreaterThan(0);
      }
      const codes = await Promise.all(processes.map((process) => process.end('SIGTERM')));
      expect(codes).toEqual([0, 0, 0, 0]);
    },
  );
});
