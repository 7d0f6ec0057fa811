import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../setup/eventually.js';
import { startTestApi, type TestApi } from './startTestApi.js';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

const path = '/v1/api-keys';
const hour = 3_600_000;

describe('API keys', () => {
  it('are created, shown once, and work', async () => {
    const { status, headers, json } = await api.call('POST', path, { body: { name: 'CI' } });
    expect(status).toBe(201);
    expect(headers.get('location')).toBe(`${path}/${String(json['id'])}`);
    expect(json).toMatchObject({
      environment: 'test',
      tenant: null,
      name: 'CI',
      scopes: ['read', 'send', 'endpoints', 'admin'],
      expiresAt: null,
      lastUsedAt: null,
    });
    const key = String(json['key']);
    expect(key).toMatch(/^evh_test_[0-9A-Za-z]{43}_[0-9a-f]{8}$/);
    expect(key.startsWith(String(json['displayPrefix']))).toBe(true);
    expect((await api.call('GET', '/v1/tenants', { key })).status).toBe(200);

    const { key: _shownOnce, ...record } = json;
    const shown = await api.call('GET', String(headers.get('location')));
    expect(shown.json).toEqual({ ...record, lastUsedAt: expect.stringMatching(/Z$/) });
    expect((await api.call('GET', path)).text).not.toContain(key);
  });

  it('can be revoked, which takes effect within 5 seconds', async () => {
    const { json, headers } = await api.call('POST', path, { body: { name: 'leaked' } });
    const key = String(json['key']);
    expect((await api.call('GET', '/v1/tenants', { key })).status).toBe(200);
    const at = String(headers.get('location'));
    expect((await api.call('DELETE', at)).status).toBe(204);
    await eventually(
      async () => expect((await api.call('GET', '/v1/tenants', { key })).status).toBe(401),
      { withinMs: 5_500, everyMs: 250 },
    );
    expect((await api.call('GET', at)).status).toBe(404);
    expect((await api.call('DELETE', at)).status).toBe(404);
    expect((await api.call('GET', path)).text).not.toContain(String(json['id']));
  });

  it('of a tenant make keys of that tenant alone, with no further scope', async () => {
    const key = await api.makeKey({ tenant: 'acme', scopes: ['admin', 'read'] });
    const made = await api.call('POST', path, { key, body: { name: 'a' } });
    expect(made.json).toMatchObject({ tenant: 'acme', scopes: ['admin', 'read'] });
    for (const [body, pointer] of [
      [{ name: 'a', tenant: 'globex' }, '/tenant'],
      [{ name: 'a', scopes: ['read', 'send'] }, '/scopes'],
    ] as const) {
      const { json } = await api.call('POST', path, { key, body });
      expect(json).toMatchObject({ status: 403, code: 'forbidden', errors: [{ pointer }] });
    }
  });

  it("of a tenant see and revoke that tenant's alone", async () => {
    const mine = await api.call('POST', path, { body: { name: 'mine', tenant: 'solo' } });
    const theirs = await api.call('POST', path, { body: { name: 'theirs', tenant: 'other' } });
    const key = String(mine.json['key']);
    const { json } = await api.call('GET', path, { key });
    expect((json['data'] as { name: string }[]).map(({ name }) => name)).toEqual(['mine']);
    const at = String(theirs.headers.get('location'));
    expect((await api.call('GET', at, { key })).status).toBe(404);
    expect((await api.call('DELETE', at, { key })).status).toBe(404);
  });

  it('that end make none that end later', async () => {
    const end = new Date(Date.now() + hour);
    const key = await api.makeKey({ expiresAt: end });
    const made = await api.call('POST', path, { key, body: { name: 'a' } });
    expect(made.json['expiresAt']).toBe(end.toISOString());
    const expiresAt = new Date(Date.now() + 2 * hour).toISOString();
    const { json } = await api.call('POST', path, { key, body: { name: 'a', expiresAt } });
    expect(json).toMatchObject({ status: 403, errors: [{ pointer: '/expiresAt' }] });
  });

  it('take a moment with an offset', async () => {
    const body = { name: 'a', expiresAt: '2099-01-01T02:00:00+02:00' };
    const { json } = await api.call('POST', path, { body });
    expect(json['expiresAt']).toBe('2099-01-01T00:00:00.000Z');
  });

  it.each([
    [{}, '/name'],
    [{ name: '' }, '/name'],
    [{ name: 'a', scopes: [] }, '/scopes'],
    [{ name: 'a', scopes: ['write'] }, '/scopes/0'],
    [{ name: 'a', tenant: 'a b' }, '/tenant'],
    [{ name: 'a', expiresAt: 'tomorrow' }, '/expiresAt'],
    [{ name: 'a', expiresAt: '2020-01-01T00:00:00Z' }, '/expiresAt'],
    [{ name: 'a', environment: 'production' }, '/environment'],
  ])('are not made from %j', async (body, pointer) => {
    const { json } = await api.call('POST', path, { body });
    expect(json).toMatchObject({ status: 422, code: 'invalid_request', errors: [{ pointer }] });
  });
});
