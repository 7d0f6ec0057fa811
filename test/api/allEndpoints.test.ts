import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from './startTestApi.js';

let api: TestApi;
let ownKey: string;
/** Newest first. */
const made: { tenant: string; id: string }[] = [];
beforeAll(async () => {
  api = await startTestApi();
  ownKey = await api.makeKey({ tenant: 'acme' });
  const key = await api.makeKey({ environment: 'production' });
  const body = { url: 'https://hooks.example.com/', eventTypes: ['*'] };
  for (const tenant of ['acme', 'globex', 'acme', 'globex', 'acme']) {
    const { json } = await api.call('POST', `/v1/tenants/${tenant}/endpoints`, { body });
    made.unshift({ tenant, id: String(json['id']) });
  }
  await api.call('POST', '/v1/tenants/acme/endpoints', { body, key });
});
afterAll(() => api.stop());

const idsOf = (tenant?: string): string[] =>
  made.filter((one) => tenant === undefined || one.tenant === tenant).map(({ id }) => id);

async function listed(query: string, key = api.key): Promise<string[]> {
  const { status, json, text } = await api.call('GET', `/v1/endpoints${query}`, { key });
  expect(status, text).toBe(200);
  return (json['data'] as { id: string }[]).map(({ id }) => id);
}

describe('/v1/endpoints', () => {
  it('lists those of all tenants of the environment, page by page, or of one', async () => {
    expect(await listed('')).toEqual(idsOf());
    const first = await api.call('GET', '/v1/endpoints?limit=2');
    expect(await listed(`?limit=50&cursor=${String(first.json['nextCursor'])}`)).toEqual(
      idsOf().slice(2),
    );
    expect(await listed('?tenant=globex')).toEqual(idsOf('globex'));
    const [, second = ''] = idsOf();
    expect(await listed(`?endpointId=${second}`)).toEqual([second]);
    expect(await listed(`?endpointId=${second}&tenant=acme`)).toEqual([]);
  });

  it("shows to a tenant's key its own alone", async () => {
    expect(await listed('', ownKey)).toEqual(idsOf('acme'));
    expect(await listed(`?endpointId=${idsOf('globex')[0]}`, ownKey)).toEqual([]);
    const other = await api.call('GET', '/v1/endpoints?tenant=globex', { key: ownKey });
    expect(other.json).toMatchObject({ status: 404, code: 'not_found' });
  });

  it('lists those in a state; of what holds at once the last counts', async () => {
    const [disabled, paused, down, ...open] = made;
    const at = (one?: { tenant: string; id: string }): string =>
      `/v1/tenants/${one?.tenant}/endpoints/${one?.id}`;
    await api.call('POST', `${at(disabled)}/pause`);
    await api.call('POST', `${at(disabled)}/disable`);
    await api.call('POST', `${at(paused)}/pause`);
    await api.pool.query('UPDATE endpoints SET circuit_opened_at = now() WHERE id = ANY ($1)', [
      [disabled, paused, down].map((one) => one?.id.slice('ep_'.length)),
    ]);
    expect(await listed('?state=disabled')).toEqual([disabled?.id]);
    expect(await listed('?state=paused')).toEqual([paused?.id]);
    expect(await listed('?state=down')).toEqual([down?.id]);
    expect(await listed('?state=open')).toEqual(open.map(({ id }) => id));
    expect(await listed('?state=down', ownKey)).toEqual([down?.id]);
  });

  it.each(['state=closed', 'endpointId=dlv_1', 'limit=0', 'cursor=x', 'other=1'])(
    'refuses ?%s',
    async (query) => {
      const { json } = await api.call('GET', `/v1/endpoints?${query}`);
      expect(json).toMatchObject({ status: 400, code: 'bad_request' });
    },
  );
});
