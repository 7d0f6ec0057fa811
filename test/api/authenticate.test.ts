import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../setup/eventually.js';
import { startTestApi, type TestApi } from './startTestApi.js';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

const anEndpoint = { url: 'https://hooks.example.com/', eventTypes: ['*'] };

describe('authentication', () => {
  it.each([
    ['no key', {}],
    ['another scheme', { authorization: 'Basic YTpi' }],
    ['no text', { authorization: 'Bearer ' }],
    ['another text', { authorization: 'Bearer evh_test_x' }],
  ])('refuses %s', async (_what, headers: Record<string, string>) => {
    const answer = await api.call('GET', '/v1/tenants', { key: null, headers });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    expect(answer.json).toMatchObject({
      code: 'unauthorized',
      errors: [{ pointer: '#header/authorization' }],
    });
  });

  it('refuses a key with one character changed, without asking the database', async () => {
    const last = api.key.endsWith('0') ? '1' : '0';
    const { status } = await api.call('GET', '/v1/tenants', { key: api.key.slice(0, -1) + last });
    expect(status).toBe(401);
  });

  it('refuses an expired key', async () => {
    const key = await api.makeKey({ expiresAt: new Date(Date.now() - 1_000) });
    expect((await api.call('GET', '/v1/tenants', { key })).status).toBe(401);
  });

  it('refuses a key that expires while it is remembered', async () => {
    const key = await api.makeKey({ expiresAt: new Date(Date.now() + 300) });
    expect((await api.call('GET', '/v1/tenants', { key })).status).toBe(200);
    await eventually(
      async () => expect((await api.call('GET', '/v1/tenants', { key })).status).toBe(401),
      { withinMs: 2_000 },
    );
  });

  it('needs no key for health, the OpenAPI document and its page', async () => {
    for (const path of ['/health/live', '/health/ready', '/openapi.json', '/docs/']) {
      expect((await api.call('GET', path, { key: null })).status).toBe(200);
    }
  });

  it('notes when a key was last used', async () => {
    const key = await api.makeKey({ name: 'noted' });
    await api.call('GET', '/v1/tenants', { key });
    const { rows } = await api.pool.query<{ used: boolean }>(
      `SELECT last_used_at IS NOT NULL AS used FROM api_keys WHERE name = 'noted'`,
    );
    expect(rows).toEqual([{ used: true }]);
  });

  it('keeps no key, only digests', async () => {
    const { rows } = await api.pool.query('SELECT * FROM api_keys');
    expect(JSON.stringify(rows)).not.toContain(api.key.slice(14));
  });
});

describe('permission', () => {
  it.each([
    ['GET', '/v1/tenants', 'read'],
    ['POST', '/v1/tenants/acme/events', 'send'],
    ['POST', '/v1/tenants/acme/endpoints', 'endpoints'],
    ['PUT', '/v1/tenants/acme', 'admin'],
    [
      'GET',
      '/v1/tenants/acme/endpoints/ep_01890000-0000-7000-8000-000000000000/secret',
      'endpoints',
    ],
  ] as const)('%s %s needs the scope %s', async (method, path, scope) => {
    const others = (['read', 'send', 'endpoints', 'admin'] as const).filter((one) => one !== scope);
    const key = await api.makeKey({ scopes: [...others] });
    const body = method === 'GET' ? undefined : {};
    const { status, json } = await api.call(method, path, { key, body });
    expect(status).toBe(403);
    expect(json['code']).toBe('forbidden');
    expect(json['detail']).toContain(`"${scope}"`);
  });

  it("answers 404 for another tenant's path, whatever is there", async () => {
    const { json } = await api.call('POST', '/v1/tenants/acme/endpoints', { body: anEndpoint });
    const key = await api.makeKey({ tenant: 'globex' });
    for (const path of [
      '/v1/tenants/acme',
      '/v1/tenants/acme/endpoints',
      `/v1/tenants/acme/endpoints/${String(json['id'])}`,
      '/v1/tenants/nobody',
    ]) {
      expect((await api.call('GET', path, { key })).json).toMatchObject({
        status: 404,
        code: 'not_found',
      });
    }
    const own = await api.call('GET', '/v1/tenants/globex/endpoints', { key });
    expect(own.json).toEqual({ data: [], nextCursor: null });
  });

  it("answers 404 for a tenant's endpoint under another tenant's path", async () => {
    const { json } = await api.call('POST', '/v1/tenants/acme/endpoints', { body: anEndpoint });
    const path = `/v1/tenants/initech/endpoints/${String(json['id'])}`;
    for (const [method, at, body] of [
      ['GET', path, undefined],
      ['PATCH', path, {}],
      ['DELETE', path, undefined],
      ['POST', `${path}/enable`, undefined],
      ['POST', `${path}/disable`, undefined],
      ['GET', `${path}/secret`, undefined],
      ['POST', `${path}/secret/rotate`, {}],
      ['POST', `${path}/test`, { eventType: 'a' }],
    ] as const) {
      expect((await api.call(method, at, { body })).status, `${method} ${at}`).toBe(404);
    }
  });

  it('keeps environments apart', async () => {
    const created = await api.call('POST', '/v1/tenants/acme/endpoints', { body: anEndpoint });
    const key = await api.makeKey({ environment: 'production' });
    const path = `/v1/tenants/acme/endpoints/${String(created.json['id'])}`;
    expect((await api.call('GET', path, { key })).status).toBe(404);
    expect((await api.call('GET', '/v1/tenants', { key })).json).toEqual({
      data: [],
      nextCursor: null,
    });
  });

  it('shows the key of a tenant that tenant alone', async () => {
    await api.call('PUT', '/v1/tenants/hooli', { body: {} });
    const key = await api.makeKey({ tenant: 'hooli' });
    const { json } = await api.call('GET', '/v1/tenants', { key });
    expect(json).toMatchObject({ data: [{ id: 'hooli' }], nextCursor: null });
  });

  it("doesn't let the key of a tenant change what concerns all", async () => {
    const key = await api.makeKey({ tenant: 'hooli' });
    const { json } = await api.call('PUT', '/v1/event-types/job.end', { key, body: {} });
    expect(json).toMatchObject({ status: 403, code: 'forbidden' });
  });
});
