import { describe, expect, it } from 'vitest';
import { onlyDelivery } from '../e2e/apiClient.js';
import { eventually } from '../setup/eventually.js';
import { openScene } from './openScene.js';
import { ownTemporal } from './ownTemporal.js';

async function readiness(url: string): Promise<{ status: number; temporal: string | undefined }> {
  const response = await fetch(`${url}/health/ready`);
  const { parts } = (await response.json()) as { parts: Record<string, string> };
  return { status: response.status, temporal: parts['temporal'] };
}

describe.concurrent('while Temporal is away', { timeout: 240_000 }, () => {
  it('events are accepted, and delivered once when it comes back', async (context) => {
    const temporal = await ownTemporal(context);
    const server = await temporal.start();
    const scene = await openScene(context, { temporal });
    const service = await scene.start();
    const client = await scene.client(service);
    await client.createEndpoint(scene.receiver.url);
    scene.receiver.setScript((_, index) => (index === 0 ? { status: 500 } : {}));
    await client.createEndpoint(`${scene.receiver.url}/retried`, {
      eventTypes: ['retried'],
      retrySchedule: [3],
    });
    const retried = await client.send({ type: 'retried' });
    await scene.receiver.waitFor(1);
    await server.stop();

    const events = [];
    for (let n = 0; n < 30; n += 1) events.push(await client.send({ data: { n } }));
    await eventually(async () => {
      const { status, temporal: state } = await readiness(service.url);
      expect(status).toBe(200);
      expect(state).not.toBe('ok');
    });
    expect((await client.delivery(onlyDelivery(events[0] ?? retried))).state).toBe('pending');

    await temporal.start();
    for (const event of events) await client.until(onlyDelivery(event), 'delivered', 40_000);
    for (const { id } of retried.deliveries) await client.until(id, 'delivered', 40_000);
    const ids = scene.receiver.requests.map(({ headers }) => String(headers['webhook-id']));
    const sent = [...events.map(({ id }) => id), retried.id, retried.id, retried.id];
    expect(ids.sort()).toEqual(sent.sort());
    await eventually(async () => expect((await readiness(service.url)).temporal).toBe('ok'));
  });

  it('a service starts and accepts; without the api role it is not ready', async (context) => {
    const temporal = await ownTemporal(context);
    const scene = await openScene(context, { temporal });
    const roles = ['api', 'dispatcher', 'worker'];
    const [api, dispatcher, worker] = await Promise.all(
      roles.map((role) => scene.start(role, {}, 'listening')),
    );
    if (!api || !dispatcher || !worker) throw new Error('They have not started');
    const client = await scene.client(api);
    await client.createEndpoint(scene.receiver.url);
    const event = await client.send();
    expect(await readiness(api.url)).toEqual({ status: 200, temporal: undefined });
    for (const { url } of [dispatcher, worker]) {
      const { status, temporal: state } = await readiness(url);
      expect(status).toBe(503);
      expect(state).not.toBe('ok');
    }
    await temporal.start();
    await client.until(onlyDelivery(event), 'delivered', 40_000);
    for (const { url } of [dispatcher, worker]) {
      await eventually(async () => {
        expect(await readiness(url)).toEqual({ status: 200, temporal: 'ok' });
      });
    }
    expect(scene.receiver.requests).toHaveLength(1);
  });
});
