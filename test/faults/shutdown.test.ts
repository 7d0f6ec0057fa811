import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { onlyDelivery } from '../e2e/apiClient.js';
import { eventually } from '../setup/eventually.js';
import type { ScriptedAnswer } from '../setup/receiver.js';
import { openScene } from './openScene.js';

const allRoles = 'api,dispatcher,worker';

describe.concurrent('a service that is told to stop', { timeout: 240_000 }, () => {
  it.for(['SIGTERM', 'SIGINT'] as const)(
    'by %s finishes the requests and attempts under way, and ends with exit code 0',
    async (signal, context) => {
      const scene = await openScene(context);
      const answers: ((answer: ScriptedAnswer) => void)[] = [];
      scene.receiver.setScript(
        async () => await new Promise<ScriptedAnswer>((resolve) => answers.push(resolve)),
      );
      const service = await scene.start(allRoles, { EVERHOOK_LOG_LEVEL: 'info' });
      const client = await scene.client(service);
      await client.createEndpoint(scene.receiver.url);
      const events = [await client.send(), await client.send(), await client.send()];
      await scene.receiver.waitFor(3);

      const body = JSON.stringify({ type: 'thing.done', data: { late: true } });
      const half = request(`${service.url}/v1/tenants/acme/events`, {
        method: 'POST',
        agent: false,
        headers: {
          authorization: `Bearer ${client.key}`,
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
        },
      });
      half.write(body.slice(0, 10));
      await once(half, 'socket').then(([socket]) => socket.connecting && once(socket, 'connect'));
      // Any answer of the service shows that it has read what was written before.
      await client.endpoint(
        (await client.createEndpoint(`${scene.receiver.url}/x`, { eventTypes: ['x'] })).id,
      );

      const ended = service.end(signal);
      await eventually(() => expect(service.output()).toContain('"stopping"'));
      half.end(body.slice(10));
      const [answer] = (await once(half, 'response')) as [IncomingMessage];
      expect(answer.statusCode).toBe(202);
      const chunks: Buffer[] = [];
      for await (const chunk of answer) chunks.push(chunk as Buffer);
      const late = JSON.parse(Buffer.concat(chunks).toString()) as { id: string };

      scene.receiver.setScript(() => ({}));
      for (const resolve of answers) resolve({});
      expect(await ended).toBe(0);
      const { rows } = await scene.pool.query<{ state: string; attempts: number }>(
        `SELECT d.state, (SELECT count(*)::int FROM attempts a WHERE a.delivery_id = d.id) AS attempts
         FROM deliveries d WHERE d.event_id = ANY ($1)`,
        [events.map(({ id }) => id.slice(4))],
      );
      expect(rows).toEqual(Array(3).fill({ state: 'delivered', attempts: 1 }));

      const again = await scene.client(await scene.start());
      const [delivery] = await again.deliveriesOf(late.id);
      await again.until(delivery?.id ?? '', 'delivered', 20_000);
      const ids = scene.receiver.requests.map(({ headers }) => String(headers['webhook-id']));
      expect(ids.sort()).toEqual([...events.map(({ id }) => id), late.id].sort());
    },
  );

  it('cuts off an attempt that outlasts the grace, and ends with exit code 0', async (context) => {
    const scene = await openScene(context);
    scene.receiver.setScript(async () => await new Promise<ScriptedAnswer>(() => undefined));
    const service = await scene.start(allRoles, { EVERHOOK_SHUTDOWN_GRACE_MS: '1000' });
    const client = await scene.client(service);
    await client.createEndpoint(scene.receiver.url, { timeoutMs: 600_000 });
    const event = await client.send();
    await scene.receiver.waitFor(1);
    const beganAtMs = Date.now();
    expect(await service.end('SIGTERM')).toBe(0);
    expect(Date.now() - beganAtMs).toBeLessThan(15_000);
    const { rows } = await scene.pool.query(
      `SELECT state, attempt_count AS attempts FROM deliveries WHERE id = $1`,
      [onlyDelivery(event).slice(4)],
    );
    expect(rows).toEqual([{ state: 'pending', attempts: 0 }]);
  });

  it('before it is ready ends with exit code 0, too', async (context) => {
    const scene = await openScene(context);
    const address = { TEMPORAL_ADDRESS: '127.0.0.1:1' };
    const service = await scene.start(allRoles, address, 'listening');
    const client = await scene.client(service);
    await client.createEndpoint(scene.receiver.url);
    const event = await client.send();
    expect(await service.end('SIGTERM')).toBe(0);

    const again = await scene.client(await scene.start());
    await again.until(onlyDelivery(event), 'delivered', 20_000);
    expect(scene.receiver.requests).toHaveLength(1);
  });
});
