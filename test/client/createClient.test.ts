import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClient, dataOf, ProblemError } from '../../src/client/index.js';
import { startTestApi, type TestApi } from '../api/startTestApi.js';
import { startReceiver } from '../setup/receiver.js';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

const path = { tenant: 'acme' };

describe('the client', () => {
  it('calls what the OpenAPI document has', async () => {
    const client = createClient({ url: `${api.url}/`, apiKey: api.key });
    const created = await dataOf(
      client.POST('/v1/tenants/{tenant}/endpoints', {
        params: { path },
        body: { url: 'https://hooks.example.com/', eventTypes: ['*'] },
      }),
    );
    if (!('id' in created)) throw new Error('This was no dry run');
    const accepted = await dataOf(
      client.POST('/v1/tenants/{tenant}/events', {
        params: { path },
        body: { type: 'order.paid', data: { order: 7 } },
      }),
    );
    expect(accepted.deliveries).toMatchObject([{ endpointId: created.id }]);
    const { data } = await dataOf(
      client.GET('/v1/tenants/{tenant}/deliveries', {
        params: { path, query: { eventId: accepted.id, limit: 5 } },
      }),
    );
    expect(data.map(({ id }) => id)).toEqual(accepted.deliveries.map(({ id }) => id));
    const params = { path: { ...path, endpointId: created.id } };
    const gone = client.DELETE('/v1/tenants/{tenant}/endpoints/{endpointId}', { params });
    expect(await dataOf(gone)).toBeUndefined();
  });

  it('has an event accepted once, however often it is sent under one key', async () => {
    const client = createClient({ url: api.url, apiKey: api.key });
    const send = () =>
      dataOf(
        client.POST('/v1/tenants/{tenant}/events', {
          params: { path, header: { 'idempotency-key': 'once' } },
          body: { type: 'order.paid', data: 1 },
        }),
      );
    expect((await send()).id).toBe((await send()).id);
  });

  it('throws what was refused, with the problem and where it is', async () => {
    const client = createClient({ url: api.url, apiKey: api.key });
    const body = { url: 'https://hooks.example.com/', eventTypes: [] };
    const refused = dataOf(
      client.POST('/v1/tenants/{tenant}/endpoints', { params: { path }, body }),
    );
    const error = (await refused.catch((thrown: unknown) => thrown)) as ProblemError;
    expect(error).toBeInstanceOf(ProblemError);
    expect(error.status).toBe(422);
    expect(error.problem?.code).toBe('invalid_request');
    expect(error.message).toContain('/eventTypes');
  });

  it('throws where a key is unknown', async () => {
    const client = createClient({ url: api.url, apiKey: 'evh_test_none' });
    await expect(dataOf(client.GET('/v1/tenants'))).rejects.toMatchObject({ status: 401 });
  });

  it('throws where something else answers', async () => {
    const other = await startReceiver((_request, index) =>
      index === 0 ? { status: 200, body: '<html>' } : { status: 404, body: '<html>' },
    );
    const client = createClient({ url: other.url, apiKey: api.key });
    await expect(dataOf(client.GET('/v1/tenants'))).rejects.toThrow(/not from Everhook/);
    await expect(dataOf(client.GET('/v1/tenants'))).rejects.toThrow(/404 is not from Everhook/);
    await other.close();
  });
});
