import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from './startTestApi.js';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

const event = { type: 'a', data: { n: 1 } };
const oneOff = {
  url: 'https://hooks.example.com/in?token=t0psecret',
  secret: 'a secret of theirs',
};

interface Accepted {
  id: string;
  deliveries: { id: string; endpointId: string }[];
}

async function submit(tenant: string, fields: object): Promise<Accepted> {
  const path = `/v1/tenants/${tenant}/events`;
  const { status, json, text } = await api.call('POST', path, { body: { ...event, ...fields } });
  expect(status, text).toBe(202);
  return json as unknown as Accepted;
}

async function data(path: string): Promise<unknown[]> {
  return (await api.call('GET', path)).json['data'] as unknown[];
}

describe('a one-off endpoint', () => {
  it('gets its event besides the endpoints that want it, in its own format', async () => {
    const body = { url: 'https://other.example.com/', eventTypes: ['*'] };
    await api.call('POST', '/v1/tenants/acme/endpoints', { body });
    const { deliveries } = await submit('acme', { endpoint: { ...oneOff, format: 'raw' } });
    expect(deliveries).toHaveLength(2);
    const shown = await Promise.all(
      deliveries.map(({ id }) => api.call('GET', `/v1/tenants/acme/deliveries/${id}`)),
    );
    expect(shown.map(({ json }) => [json['state'], json['format']])).toEqual([
      ['pending', 'standard'],
      ['pending', 'raw'],
    ]);
    expect((await submit('acme', {})).deliveries).toHaveLength(1);
  });

  it('is no endpoint of the tenant: not listed, shown, changed or counted', async () => {
    const { deliveries } = await submit('alone', { endpoint: oneOff });
    const at = `/v1/tenants/alone/endpoints/${deliveries[0]?.endpointId}`;
    expect(await data('/v1/tenants/alone/endpoints')).toEqual([]);
    expect((await api.call('GET', at)).status).toBe(404);
    expect((await api.call('PATCH', at, { body: {} })).status).toBe(404);
    expect((await api.call('POST', `${at}/disable`)).status).toBe(404);
    expect((await api.call('DELETE', at)).status).toBe(404);
    expect((await api.call('POST', `${at}/secret/rotate`, { body: {} })).status).toBe(404);
    expect((await api.call('DELETE', '/v1/tenants/alone')).status).toBe(204);
  });

  it('is sealed at rest, its secret and the headers of the event too', async () => {
    await submit('sealed', { endpoint: oneOff, headers: { authorization: 'Bearer hunter2' } });
    const { rows } = await api.pool.query(
      `SELECT e.*, s.sealed, b.* FROM endpoints e JOIN endpoint_secrets s ON s.endpoint_id = e.id
       JOIN deliveries d ON d.endpoint_id = e.id JOIN bodies b ON b.event_id = d.event_id WHERE e.tenant = 'sealed'`,
    );
    expect(rows).toHaveLength(1);
    const stored = JSON.stringify(rows);
    for (const hidden of ['t0psecret', 'hunter2', oneOff.secret]) {
      expect(stored).not.toContain(hidden);
    }
  });

  it.each([
    [{ endpoint: {} }, '/endpoint/url'],
    [{ endpoint: { url: 'https://10.0.0.1/' } }, '/endpoint/url'],
    [{ endpoint: { url: 'http://hooks.example.com/' } }, '/endpoint/url'],
    [{ endpoint: { ...oneOff, format: 'xml' } }, '/endpoint/format'],
    [{ endpoint: { ...oneOff, secret: 'whsec_short' } }, '/endpoint/secret'],
    [{ endpoint: { ...oneOff, eventTypes: ['*'] } }, '/endpoint/eventTypes'],
    [{ endpoint: oneOff.url }, '/endpoint'],
    [{ headers: { host: 'x' } }, '/headers/host'],
    [{ headers: { 'webhook-id': 'x' } }, '/headers/webhook-id'],
    [{ headers: { 'x-a': 'b\r\nc: d' } }, '/headers/x-a'],
    [{ headers: { 'x-a': '1', 'X-A': '2' } }, '/headers/x-a'],
    [{ headers: { 'x-a': 1 } }, '/headers/x-a'],
  ])('is refused, or its event is: %j', async (fields, pointer) => {
    const body = { ...event, ...fields };
    const { json } = await api.call('POST', '/v1/tenants/acme/events', { body });
    expect(json).toMatchObject({ status: 422, code: 'invalid_request' });
    expect((json['errors'] as { pointer: string }[]).map((part) => part.pointer)).toContain(
      pointer,
    );
  });

  it('in a format that cannot carry the data refuses the event', async () => {
    const body = { ...event, data: [1], endpoint: { ...oneOff, format: 'form' } };
    const { json } = await api.call('POST', '/v1/tenants/acme/events', { body });
    expect(json).toMatchObject({
      status: 422,
      code: 'data_unfit_for_format',
      detail: 'The one-off endpoint has the format form, which needs a JSON object as data.',
      errors: [{ pointer: '/endpoint/format' }],
    });
  });
});
