import { describe, expect, it } from 'vitest';
import { operationalTenant } from '../../src/domain/operational.js';
import type { Environment } from '../../src/domain/words.js';
import { eventually } from '../setup/eventually.js';
import type { ReceivedRequest, Receiver } from '../setup/receiver.js';
import { onlyDelivery, type ApiClient } from './apiClient.js';
import { importRows, onlyRun, rowLines } from './importClient.js';
import { useTestService } from './useTestService.js';
import { verifySignature } from './verifySignature.js';

const { service, newReceiver } = await useTestService();

interface Listening {
  receiver: Receiver;
  product: ApiClient;
  /** The only thing told of the type about an endpoint, its signature verified. */
  told: (type: string, endpointId: string) => Promise<Record<string, unknown>>;
}

interface Told {
  type: string;
  timestamp: string;
  data: { endpoint: { id: string } };
}

const bodyOf = (request: ReceivedRequest): Told => JSON.parse(request.body.toString()) as Told;

/** A product that has itself told everything in an environment. */
async function listen(environment: Environment): Promise<Listening> {
  const receiver = await newReceiver();
  const product = await service.clientOf(operationalTenant, environment);
  const made = await product.call('POST', '/v1/operational-endpoints', {
    body: { url: receiver.url, eventTypes: ['everhook.*'], retrySchedule: [0.05] },
  });
  const { id } = JSON.parse(made.text) as { id: string };
  const { text } = await product.call('GET', `/v1/operational-endpoints/${id}/secret`);
  const secret = (JSON.parse(text) as { secrets: { secret: string }[] }).secrets[0]?.secret ?? '';
  return {
    receiver,
    product,
    told: async (type, endpointId) =>
      await eventually(
        () => {
          const all = receiver.requests.filter((request) => {
            const body = bodyOf(request);
            return body.type === type && body.data.endpoint.id === endpointId;
          });
          expect(all, `${type} of ${endpointId}`).toHaveLength(1);
          const [request] = all as [ReceivedRequest];
          verifySignature(request, secret);
          return bodyOf(request).data;
        },
        { withinMs: 20_000 },
      ),
  };
}

const { receiver: listener, product, told } = await listen('test');

describe('a product is told', () => {
  it('that an endpoint was disabled by its owner, and that it was enabled', async () => {
    const client = await service.clientOf('owner');
    const fields = { description: 'Orders', metadata: { team: 'sales' } };
    const { id } = await client.createEndpoint('https://hooks.example.com/in?token=t', fields);
    await client.post(`endpoints/${id}/disable`);
    await client.call('PATCH', `endpoints/${id}`, { body: { enabled: null } });
    const endpoint = { id, tenant: 'owner', url: 'https://hooks.example.com/in', ...fields };
    expect(await told('everhook.endpoint.disabled', id)).toMatchObject({
      endpoint,
      reason: 'owner',
      failingSince: null,
      lastAnswer: null,
    });
    expect(await told('everhook.endpoint.recovered', id)).toMatchObject({
      endpoint,
      from: 'disabled',
      reason: 'owner',
    });
  });

  it('that an endpoint answered 410, once', async () => {
    const receiver = await newReceiver(() => ({ status: 410 }));
    const client = await service.clientOf('gone');
    const { id } = await client.createEndpoint(receiver.url);
    await client.until(onlyDelivery(await client.send()), 'queued');
    expect(await told('everhook.endpoint.disabled', id)).toMatchObject({
      reason: 'gone',
      lastAnswer: '410',
    });
  });

  it('that a delivery failed, with its reason', async () => {
    const receiver = await newReceiver(() => ({ status: 503 }));
    const client = await service.clientOf('used-up');
    const { id } = await client.createEndpoint(receiver.url, { retrySchedule: [0.05] });
    const event = await client.send({ type: 'order.paid' });
    const failed = await client.until(onlyDelivery(event), 'failed');
    expect(await told('everhook.delivery.failed', id)).toMatchObject({
      delivery: {
        id: onlyDelivery(event),
        eventId: event.id,
        eventType: 'order.paid',
        tenant: 'used-up',
        endpointId: id,
        importId: null,
        attempts: 2,
        lastAnswer: '503',
        reason: failed.reason,
      },
      blocksOrder: false,
    });
  });

  it('that the rows of an import could not be delivered', async () => {
    const receiver = await newReceiver(() => ({ status: 500 }));
    const client = await service.clientOf('importer');
    await client.call('PUT', '/v1/event-types/rows.ready', { body: { rows: 'all' } });
    const { id } = await client.createEndpoint(receiver.url, {
      eventTypes: ['rows.ready'],
      retrySchedule: [],
    });
    const wish = { id: 'spring', eventTypes: ['rows.ready'] };
    const delivery = onlyRun(await importRows(client, wish, rowLines(3)));
    await client.until(delivery, 'failed');
    expect(await told('everhook.delivery.failed', id)).toMatchObject({
      delivery: { id: delivery, importId: 'spring', attempts: 1, lastAnswer: '500' },
    });
  });

  it('nothing of what it is told itself, though that fails', async () => {
    const failing = await newReceiver(() => ({ status: 500 }));
    const owner = await service.clientOf('quiet');
    const { id } = await owner.createEndpoint('https://hooks.example.com/quiet');
    const deaf = (
      await product.call('POST', '/v1/operational-endpoints', {
        body: { url: failing.url, eventTypes: ['everhook.endpoint.disabled'], retrySchedule: [] },
      })
    ).text;
    const { id: deafId } = JSON.parse(deaf) as { id: string };
    await owner.post(`endpoints/${id}/disable`);
    await told('everhook.endpoint.disabled', id);
    const failed = await eventually(async () => {
      const { text } = await product.call('GET', `deliveries?endpointId=${deafId}`);
      const { data } = JSON.parse(text) as { data: { id: string; state: string }[] };
      expect(data).toMatchObject([{ state: 'failed' }]);
      return data[0]?.id ?? '';
    });
    await product.call('POST', `/v1/operational-endpoints/${deafId}/disable`);
    await product.call('DELETE', `/v1/operational-endpoints/${deafId}`);
    // What is raised later is told later: nothing was on its way before it.
    await owner.post(`endpoints/${id}/enable`);
    await told('everhook.endpoint.recovered', id);
    const ids = listener.requests.map((request) => bodyOf(request).data.endpoint.id);
    expect(ids).not.toContain(deafId);
    expect(listener.requests.map((request) => request.body.toString()).join('')).not.toContain(
      failed,
    );
  });

  it('nothing where its environment has the catalog off', async () => {
    const { receiver, product: other, told: toldThere } = await listen('production');
    const client = await service.clientOf('acme', 'production');
    const turn = async (catalogs: string[] | null): Promise<void> => {
      const { status } = await other.call('PATCH', '/v1/environment', { body: { catalogs } });
      expect(status).toBe(200);
    };
    const [silent, loud] = [
      await client.createEndpoint('https://hooks.example.com/1'),
      await client.createEndpoint('https://hooks.example.com/2'),
    ];
    await turn(['pulter']);
    await client.post(`endpoints/${silent.id}/disable`);
    await eventually(async () => {
      const { rows } = await service.pool.query('SELECT FROM operational_events');
      expect(rows).toEqual([]);
    });
    await turn(null);
    await client.post(`endpoints/${loud.id}/disable`);
    await toldThere('everhook.endpoint.disabled', loud.id);
    expect(receiver.requests.map((request) => bodyOf(request).data.endpoint.id)).toEqual([loud.id]);
  });
});
