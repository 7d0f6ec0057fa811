import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { catalogNames } from '../../src/catalogs/catalogs.js';
import { loadConfig } from '../../src/config/loadConfig.js';
import { settings } from '../../src/config/settings.js';
import { startTestApi, type TestApi } from './startTestApi.js';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

const patch = (body: unknown, key = api.key) => api.call('PATCH', '/v1/environment', { body, key });
const submit = (type: string, key = api.key) =>
  api.call('POST', '/v1/tenants/acme/events', { body: { type, data: 1 }, key });

describe('the environment', () => {
  it('accepts undeclared types until it is told to refuse them', async () => {
    expect((await api.call('GET', '/v1/environment')).json).toEqual({
      name: 'test',
      undeclaredTypes: 'accept',
      catalogs: catalogNames,
      updatedAt: null,
    });
    expect((await submit('undeclared')).status).toBe(202);

    const changed = await patch({ undeclaredTypes: 'refuse' });
    expect(changed.json).toMatchObject({ undeclaredTypes: 'refuse' });
    expect((await api.call('GET', '/v1/environment')).json).toEqual(changed.json);
    await api.call('PUT', '/v1/event-types/declared', { body: {} });
    await api.call('PUT', '/v1/event-types/strict', { body: { schema: { type: 'string' } } });
    expect((await submit('undeclared')).json).toMatchObject({
      status: 422,
      code: 'undeclared_type',
      errors: [{ pointer: '/type' }],
    });
    expect((await submit('declared')).status).toBe(202);
    expect((await submit('strict')).json).toMatchObject({ code: 'data_breaks_schema' });
    const production = await api.makeKey({ environment: 'production' });
    expect((await submit('undeclared', production)).status).toBe(202);

    expect((await patch({})).json).toMatchObject({ undeclaredTypes: 'refuse' });
    expect((await patch({ undeclaredTypes: null })).json).toMatchObject({
      undeclaredTypes: 'accept',
    });
    expect((await submit('undeclared')).status).toBe(202);
  });

  it('is changed by those who may', async () => {
    const bad = await patch({ undeclaredTypes: 'ignore' });
    expect(bad.json).toMatchObject({ status: 422, errors: [{ pointer: '/undeclaredTypes' }] });
    expect((await patch({ catalogs: {} })).json).toMatchObject({ status: 422 });
    expect((await patch({}, await api.makeKey({ scopes: ['read'] }))).status).toBe(403);
    expect((await patch({}, await api.makeKey({ tenant: 'acme' }))).status).toBe(403);
  });
});

describe('the settings', () => {
  it('are shown in effect, secrets only as configured', async () => {
    const config = loadConfig({
      DATABASE_URL: 'postgres://someone:hunter2@db.example.com/x',
      EVERHOOK_ENCRYPTION_KEYS: 'k1:t0psecret',
      EVERHOOK_MAX_BODY_BYTES: '2048',
    });
    const other = await startTestApi({ settings: config });
    const { status, json, text } = await other.call('GET', '/v1/settings');
    await other.stop();
    expect(status).toBe(200);
    const shown = json['settings'] as { variable: string; value: unknown }[];
    const valueOf = (name: string) => shown.find(({ variable }) => variable === name)?.value;
    expect(shown.map(({ variable }) => variable)).toEqual(
      Object.values(settings).map(({ variable }) => variable),
    );
    expect(valueOf('DATABASE_URL')).toBe('configured');
    expect(valueOf('EVERHOOK_ENCRYPTION_KEYS')).toBe('configured');
    expect(valueOf('EVERHOOK_MAX_BODY_BYTES')).toBe(2_048);
    expect(valueOf('TEMPORAL_ADDRESS')).toBeNull();
    for (const hidden of ['hunter2', 't0psecret', 'db.example.com']) {
      expect(text).not.toContain(hidden);
    }
  });

  it("are for those who run the service, not for a tenant's key", async () => {
    for (const wanted of [{ scopes: ['read' as const] }, { tenant: 'acme' }]) {
      const key = await api.makeKey(wanted);
      expect((await api.call('GET', '/v1/settings', { key })).status).toBe(403);
    }
  });
});
