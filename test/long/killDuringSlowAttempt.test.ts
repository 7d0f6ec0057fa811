import { describe, expect, it } from 'vitest';
import { onlyDelivery } from '../e2e/apiClient.js';
import { openScene } from '../faults/openScene.js';

describe('a service that is killed', () => {
  // Noticed by the heartbeats that stop, after 30 s.
  it('during an attempt on the queue for slow endpoints makes that once more', async (context) => {
    const scene = await openScene(context);
    scene.receiver.setScript((_, index) => (index === 0 ? undefined : {}));
    const first = await scene.start();
    const client = await scene.client(first);
    await client.createEndpoint(scene.receiver.url, { timeoutMs: 16_000 });
    const event = await client.send();
    await scene.receiver.waitFor(1);
    await first.end('SIGKILL');

    const again = await scene.client(await scene.start());
    const delivery = await again.until(onlyDelivery(event), 'delivered', 90_000);
    const ids = scene.receiver.requests.map(({ headers }) => headers['webhook-id']);
    expect(ids).toEqual([event.id, event.id]);
    expect(delivery.attempts).toMatchObject([{ round: 1, number: 1, outcome: 'success' }]);
  });
});
