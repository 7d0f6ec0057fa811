import { describe, expect, it } from 'vitest';
import { eventually } from '../setup/eventually.js';
import type { Receiver } from '../setup/receiver.js';
import { onlyDelivery, type ApiClient } from './apiClient.js';
import { useTestService } from './useTestService.js';

const { service, newReceiver } = await useTestService();

interface Failed {
  client: ApiClient;
  receiver: Receiver;
  endpointId: string;
  deliveryIds: string[];
}

/** Deliveries that have used up their single attempt at a receiver that answers from now on. */
async function withFailed(tenant: string, count: number, type = 'thing.done'): Promise<Failed> {
  const receiver = await newReceiver(() => ({ status: 500 }));
  const client = await service.clientOf(tenant);
  const { id } = await client.createEndpoint(receiver.url, { retrySchedule: [] });
  const deliveryIds: string[] = [];
  for (let n = 0; n < count; n += 1) {
    deliveryIds.push(onlyDelivery(await client.send({ type, data: n })));
  }
  for (const deliveryId of deliveryIds) await client.until(deliveryId, 'failed');
  receiver.setScript(() => ({}));
  return { client, receiver, endpointId: id, deliveryIds };
}

interface Shown {
  id: string;
  state: string;
  resent: number;
  skipped: number;
}

async function untilEnded(client: ApiClient, { id }: Shown): Promise<Shown> {
  return await eventually(async () => {
    const { text } = await client.call('GET', `recoveries/${id}`);
    const shown = JSON.parse(text) as Shown;
    expect(shown.state).not.toBe('running');
    return shown;
  });
}

describe('a recovery', () => {
  it('sends each failed delivery once more, under its webhook-id', async () => {
    const { client, receiver, endpointId, deliveryIds } = await withFailed('recovered', 5);
    const ids = receiver.requests.map(({ headers }) => headers['webhook-id']);
    const made = (await client.post(`endpoints/${endpointId}/recover`, {})) as Shown;
    expect(await untilEnded(client, made)).toMatchObject({ state: 'completed', resent: 5 });
    for (const id of deliveryIds) {
      expect(await client.until(id, 'delivered')).toMatchObject({ round: 2, attemptCount: 1 });
    }
    expect(receiver.requests).toHaveLength(10);
    const again = receiver.requests.slice(5).map(({ headers }) => headers['webhook-id']);
    expect(new Set(again)).toEqual(new Set(ids));
    // A second one finds nothing to do, and what was delivered is sent again only where it is named.
    const second = (await client.post(`endpoints/${endpointId}/recover`, {})) as Shown;
    expect(await untilEnded(client, second)).toMatchObject({ resent: 0 });
    const asked = (await client.post('recoveries', {
      ...{ deliveryIds: deliveryIds.slice(0, 2), states: ['delivered'] },
    })) as Shown;
    expect(await untilEnded(client, asked)).toMatchObject({ resent: 2 });
    await receiver.waitFor(12);
    for (const id of deliveryIds.slice(0, 2)) {
      await eventually(async () => {
        expect(await client.delivery(id)).toMatchObject({ round: 3, state: 'delivered' });
      });
    }
    expect(receiver.requests).toHaveLength(12);
  });

  it('of a type leaves the others failed', async () => {
    const { client, deliveryIds } = await withFailed('typed', 2, 'job.end');
    const other = onlyDelivery(await client.send({ type: 'thing.done' }));
    await client.until(other, 'delivered');
    const made = (await client.post('recoveries', { types: ['job.end'] })) as Shown;
    expect(await untilEnded(client, made)).toMatchObject({ resent: 2, skipped: 0 });
    for (const id of deliveryIds) await client.until(id, 'delivered');
    expect(await client.delivery(other)).toMatchObject({ round: 1 });
  });

  it('of a disabled endpoint waits in its queue, and leaves when it is enabled', async () => {
    const { client, receiver, endpointId, deliveryIds } = await withFailed('waiting', 3);
    await client.post(`endpoints/${endpointId}/disable`);
    const made = (await client.post(`endpoints/${endpointId}/recover`, {})) as Shown;
    expect(await untilEnded(client, made)).toMatchObject({ resent: 3 });
    for (const id of deliveryIds) {
      expect(await client.delivery(id)).toMatchObject({ state: 'queued', round: 2 });
    }
    expect(receiver.requests).toHaveLength(3);
    await client.post(`endpoints/${endpointId}/enable`);
    for (const id of deliveryIds) await client.until(id, 'delivered');
    expect(receiver.requests).toHaveLength(6);
  });
});

describe('a retry of what waits for an endpoint that is down', () => {
  it('has it probed at once, and two at once make one attempt', async () => {
    const { client, receiver, endpointId, deliveryIds } = await withFailed('probed', 1);
    const [deliveryId = ''] = deliveryIds;
    await service.pool.query(
      `UPDATE endpoints SET circuit_opened_at = now(), next_probe_at = now() + interval '1 hour' WHERE id = $1`,
      [endpointId.slice('ep_'.length)],
    );
    const results = await Promise.all([client.retry(deliveryId), client.retry(deliveryId)]);
    expect(results.toSorted()).toEqual(['brought forward', 'new round']);
    expect(await client.until(deliveryId, 'delivered')).toMatchObject({ attemptCount: 1 });
    expect(receiver.requests).toHaveLength(2);
  });
});
