import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../setup/eventually.js';
import { startReceiver, type Receiver } from '../setup/receiver.js';
import { onlyDelivery } from './apiClient.js';
import { startTestService, type TestService } from './startTestService.js';
import { verifySignature } from './verifySignature.js';

let service: TestService;
let receiver: Receiver;

beforeAll(async () => {
  [service, receiver] = await Promise.all([startTestService(), startReceiver()]);
});
afterAll(async () => {
  await service.stop();
  await receiver.close();
});

const requestsTo = (path: string) => receiver.requests.filter(({ url }) => url === path);

async function secretsOf(
  client: Awaited<ReturnType<TestService['clientOf']>>,
  endpointId: string,
): Promise<string[]> {
  const { text } = await client.call('GET', `endpoints/${endpointId}/secret`);
  const { secrets } = JSON.parse(text) as { secrets: { secret: string }[] };
  return secrets.map(({ secret }) => secret);
}

describe('a delivery', () => {
  it('reaches each endpoint that wants it, signed with its own secret, and is on record', async () => {
    const client = await service.clientOf('three');
    const paths = ['/three/a', '/three/b', '/three/c'];
    const endpoints = [];
    for (const path of paths) endpoints.push(await client.createEndpoint(receiver.url + path));

    const event = await client.send({ type: 'job.end', data: { n: 1 } });
    expect(event.deliveries.map(({ endpointId }) => endpointId).sort()).toEqual(
      endpoints.map(({ id }) => id).sort(),
    );
    for (const { id } of event.deliveries) {
      const delivery = await client.until(id, 'delivered');
      expect(delivery).toMatchObject({
        eventId: event.id,
        attemptCount: 1,
        lastAnswer: '200',
        reason: null,
      });
      expect(delivery.attempts).toMatchObject([{ round: 1, number: 1, outcome: 'success' }]);
    }
    const secrets = await Promise.all(endpoints.map(({ id }) => secretsOf(client, id)));
    for (const [index, path] of paths.entries()) {
      const [request, ...more] = requestsTo(path);
      if (request === undefined) throw new Error(`Nothing came to ${path}`);
      expect(more).toEqual([]);
      expect(request.headers['webhook-id']).toBe(event.id);
      verifySignature(request, secrets[index]?.[0] ?? '');
      const others = secrets.filter((_, other) => other !== index).flat();
      for (const other of others) expect(() => verifySignature(request, other)).toThrow();
    }
  });

  it.each([
    '{"b":1,"a":12345678901234567890.10}',
    '{ "é\\u00e9" : [1e400, -0, "\\u2028\u2028"] }',
    'null',
  ])('carries the data byte for byte, in each format: %s', async (data) => {
    const client = await service.clientOf(`bytes-${data.length}`);
    const path = `/bytes/${data.length}`;
    await client.createEndpoint(`${receiver.url}${path}/standard`);
    await client.createEndpoint(`${receiver.url}${path}/raw`, { format: 'raw' });
    const timestamp = '2026-01-31T13:45:00.123Z';
    const event = await client.send(
      `{"type":"a.b", "timestamp":"${timestamp}", "data":\t${data}  }`,
    );
    for (const { id } of event.deliveries) await client.until(id, 'delivered');

    const [standard] = requestsTo(`${path}/standard`);
    const [raw] = requestsTo(`${path}/raw`);
    expect(raw?.body).toEqual(Buffer.from(data));
    expect(standard?.body).toEqual(
      Buffer.from(`{"type":"a.b","timestamp":"${timestamp}","data":${data}}`),
    );
    const { text } = await client.call('GET', `events/${event.id}`);
    expect(text).toContain(`"data":${data}`);
  });

  it('goes only to endpoints whose types, filters and requirements match', async () => {
    const client = await service.clientOf('filters');
    const fields: Record<string, Record<string, unknown>> = {
      types: { eventTypes: ['job.*'] },
      'other-type': { eventTypes: ['job.start', 'step.*'] },
      filter: { filters: { plan: ['pro', 'team'] } },
      'filter-not': { filters: { plan: ['free'] } },
      any: { filters: { plan: ['free'], 'data./status': ['done'] } },
      all: { filters: { plan: ['free'], 'data./status': ['done'] }, match: 'all' },
      require: { require: { plan: ['pro'] }, filters: { 'data./status': ['done'] } },
      'require-not': { require: { plan: ['free'] }, filters: { 'data./status': ['done'] } },
    };
    const idOf = new Map<string, string>();
    for (const [name, one] of Object.entries(fields)) {
      const { id } = await client.createEndpoint(`${receiver.url}/filters/${name}`, one);
      idOf.set(id, name);
    }
    const event = await client.send({
      type: 'job.end',
      data: { status: 'done' },
      attributes: { plan: 'pro' },
    });
    const matched = new Set(event.deliveries.map(({ endpointId }) => idOf.get(endpointId)));
    expect(matched).toEqual(new Set(['any', 'filter', 'require', 'types']));
    expect(event.deliveries).toHaveLength(matched.size);
    for (const { id } of event.deliveries) await client.until(id, 'delivered');
    const came = receiver.requests.filter(({ url }) => url.startsWith('/filters/'));
    expect(new Set(came.map(({ url }) => url.slice('/filters/'.length)))).toEqual(matched);
    expect(came).toHaveLength(matched.size);
  });

  it('is signed with the old secret and the new one during an overlap, and with the new one alone without', async () => {
    const client = await service.clientOf('rotation');
    const { id } = await client.createEndpoint(`${receiver.url}/rotation`);
    const [first = ''] = await secretsOf(client, id);
    await client.post(`endpoints/${id}/secret/rotate`, { overlapSeconds: 600 });
    const [second = '', old] = await secretsOf(client, id);
    expect(old).toBe(first);
    expect(second).not.toBe(first);

    await client.until(onlyDelivery(await client.send()), 'delivered');
    const [during] = requestsTo('/rotation');
    if (during === undefined) throw new Error('Nothing came');
    verifySignature(during, first);
    verifySignature(during, second);

    await client.post(`endpoints/${id}/secret/rotate`, { overlapSeconds: 0 });
    const [third = '', ...others] = await secretsOf(client, id);
    expect(others).toEqual([]);
    await client.until(onlyDelivery(await client.send()), 'delivered');
    const [, after] = requestsTo('/rotation');
    if (after === undefined) throw new Error('Nothing came');
    verifySignature(after, third);
    expect(() => verifySignature(after, first)).toThrow();
    expect(() => verifySignature(after, second)).toThrow();
  });

  it('never crosses from one tenant or environment to another', async () => {
    const clients = {
      'test/one': await service.clientOf('one'),
      'test/two': await service.clientOf('two'),
      'production/one': await service.clientOf('one', 'production'),
    };
    for (const [path, client] of Object.entries(clients)) {
      await client.createEndpoint(`${receiver.url}/cross/${path}`);
    }
    const events = [];
    for (const client of Object.values(clients)) events.push(await client.send());
    for (const [index, client] of Object.values(clients).entries()) {
      const event = events[index];
      if (event === undefined) throw new Error('No event');
      const delivery = onlyDelivery(event);
      await client.until(delivery, 'delivered');
      for (const other of Object.values(clients).filter((one) => one !== client)) {
        for (const path of [`deliveries/${delivery}`, `events/${event.id}`]) {
          expect((await other.call('GET', path)).status).toBe(404);
        }
        expect((await other.call('POST', `deliveries/${delivery}/retry`)).status).toBe(404);
        expect((await other.call('POST', `deliveries/${delivery}/cancel`)).status).toBe(404);
      }
    }
    for (const [index, path] of Object.keys(clients).entries()) {
      const ids = requestsTo(`/cross/${path}`).map(({ headers }) => headers['webhook-id']);
      expect(ids).toEqual([events[index]?.id]);
    }
  });

  it('is in no workflow where nobody wants the event, and shows its workflow where somebody does', async () => {
    const client = await service.clientOf('workflows');
    const unwanted = await client.send();
    await client.createEndpoint(`${receiver.url}/workflows`);
    const wanted = await client.send({ type: 'job.end', data: { secret: 'not for a history' } });
    const delivery = await client.until(onlyDelivery(wanted), 'delivered');
    expect(delivery.workflow.id).toBe(`event/${wanted.id}`);

    const handle = service.temporal.workflow.getHandle(delivery.workflow.id);
    expect(await handle.result()).toEqual([
      { deliveryId: delivery.id, state: 'delivered', lastAnswer: '200' },
    ]);
    const history = JSON.stringify(await handle.fetchHistory());
    const base64 = Buffer.from('not for a history').toString('base64').slice(0, 16);
    expect(history).not.toContain('not for a history');
    expect(history).not.toContain(base64);
    await expect(
      service.temporal.workflow.getHandle(`event/${unwanted.id}`).describe(),
    ).rejects.toThrow(/not found/);
    await eventually(async () => {
      const query = `tenant = 'workflows' AND environment = 'test' AND eventType = 'job.end' AND endpoints = '${delivery.endpointId}'`;
      const found = [];
      for await (const one of service.temporal.workflow.list({ query })) found.push(one.workflowId);
      expect(found).toEqual([delivery.workflow.id]);
    });
  });
});
