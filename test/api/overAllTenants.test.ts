import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from './startTestApi.js';

let api: TestApi;
let ownKey: string;
/** Newest first. */
const made: { tenant: string; event: string; delivery: string }[] = [];
beforeAll(async () => {
  api = await startTestApi();
  ownKey = await api.makeKey({ tenant: 'acme' });
  const production = await api.makeKey({ environment: 'production' });
  const endpoint = { url: 'https://hooks.example.com/', eventTypes: ['*'] };
  const event = { type: 'a', data: 1 };
  for (const tenant of ['acme', 'globex']) {
    await api.call('POST', `/v1/tenants/${tenant}/endpoints`, { body: endpoint });
  }
  for (const tenant of ['acme', 'globex', 'acme']) {
    const { json } = await api.call('POST', `/v1/tenants/${tenant}/events`, { body: event });
    const { id, deliveries } = json as { id: string; deliveries: { id: string }[] };
    made.unshift({ tenant, event: id, delivery: deliveries[0]?.id ?? '' });
  }
  await api.call('POST', '/v1/tenants/acme/events', { body: event, key: production });
});
afterAll(() => api.stop());

const ids = (name: 'event' | 'delivery', tenant?: string): string[] =>
  made.filter((one) => tenant === undefined || one.tenant === tenant).map((one) => one[name]);

async function listed(path: string, key = api.key): Promise<string[]> {
  const { status, json, text } = await api.call('GET', path, { key });
  expect(status, text).toBe(200);
  return (json['data'] as { id: string }[]).map(({ id }) => id);
}

describe.each([
  ['events', 'event'],
  ['deliveries', 'delivery'],
] as const)('/v1/%s', (list, name) => {
  it('lists those of all tenants of the environment, newest first', async () => {
    expect(await listed(`/v1/${list}`)).toEqual(ids(name));
    const first = await api.call('GET', `/v1/${list}?limit=2`);
    const cursor = String(first.json['nextCursor']);
    expect(await listed(`/v1/${list}?limit=2&cursor=${cursor}`)).toEqual(ids(name).slice(2));
  });

  it('lists those of one tenant', async () => {
    expect(await listed(`/v1/${list}?tenant=globex`)).toEqual(ids(name, 'globex'));
    expect(await listed(`/v1/${list}?tenant=nobody`)).toEqual([]);
  });

  it("shows to a tenant's key its own alone", async () => {
    expect(await listed(`/v1/${list}`, ownKey)).toEqual(ids(name, 'acme'));
    expect(await listed(`/v1/${list}?tenant=acme`, ownKey)).toEqual(ids(name, 'acme'));
    const other = await api.call('GET', `/v1/${list}?tenant=globex`, { key: ownKey });
    expect(other.json).toMatchObject({ status: 404, code: 'not_found' });
  });

  it.each(['tenant=a%20b', 'limit=0', 'cursor=x', 'other=1'])('refuses ?%s', async (query) => {
    const { json } = await api.call('GET', `/v1/${list}?${query}`);
    expect(json).toMatchObject({ status: 400, code: 'bad_request' });
    const key = await api.makeKey({ scopes: ['send'] });
    expect((await api.call('GET', `/v1/${list}`, { key })).status).toBe(403);
  });
});

it('deliveries of all tenants are filtered as those of one are', async () => {
  expect(await listed('/v1/deliveries?state=pending&type=a')).toHaveLength(3);
  expect(await listed('/v1/deliveries?state=failed')).toEqual([]);
  const [newest] = made;
  expect(await listed(`/v1/deliveries?eventId=${newest?.event}`)).toEqual([newest?.delivery]);
});
