import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from './startTestApi.js';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

describe('tenants', () => {
  it('are created, changed, shown and deleted', async () => {
    const created = await api.call('PUT', '/v1/tenants/acme', { body: { name: 'Acme' } });
    expect(created.status).toBe(201);
    expect(created.headers.get('location')).toBe('/v1/tenants/acme');
    expect(created.json).toMatchObject({ id: 'acme', name: 'Acme', metadata: {} });

    const changed = await api.call('PUT', '/v1/tenants/acme', {
      body: { metadata: { plan: 'x' } },
    });
    expect(changed.status).toBe(200);
    expect(changed.json).toMatchObject({ id: 'acme', name: null, metadata: { plan: 'x' } });

    const shown = await api.call('GET', '/v1/tenants/acme');
    expect(shown.json).toEqual(changed.json);

    const deleted = await api.call('DELETE', '/v1/tenants/acme');
    expect([deleted.status, deleted.text]).toEqual([204, '']);
    expect((await api.call('GET', '/v1/tenants/acme')).status).toBe(404);
    expect((await api.call('DELETE', '/v1/tenants/acme')).status).toBe(404);
  });

  it('take every character of an id', async () => {
    const id = 'A1._:@-';
    expect((await api.call('PUT', `/v1/tenants/${id}`, { body: {} })).json).toMatchObject({ id });
    expect((await api.call('GET', `/v1/tenants/${encodeURIComponent(id)}`)).status).toBe(200);
    const longest = 'x'.repeat(128);
    expect((await api.call('PUT', `/v1/tenants/${longest}`, { body: {} })).status).toBe(201);
  });

  it.each([
    [{ name: '' }, '/name'],
    [{ name: 1 }, '/name'],
    [{ name: 'a\0b' }, '/name'],
    [{ name: '\ud800' }, '/name'],
    [{ metadata: { a: 1 } }, '/metadata/a'],
    [{ metadata: { 'a/b~c': null } }, '/metadata/a~1b~0c'],
    [{ metadata: Object.fromEntries(Array.from({ length: 51 }, (_, n) => [n, ''])) }, '/metadata'],
    [{ id: 'acme' }, '/id'],
    [[], ''],
  ])('are not made from %j', async (body, pointer) => {
    const { json } = await api.call('PUT', '/v1/tenants/bad', { body });
    expect(json).toMatchObject({ status: 422, code: 'invalid_request', errors: [{ pointer }] });
  });

  it('are created by their first endpoint, and kept while they have one', async () => {
    const body = { url: 'https://hooks.example.com/', eventTypes: ['*'] };
    const endpoint = await api.call('POST', '/v1/tenants/fresh/endpoints', { body });
    expect(endpoint.status).toBe(201);
    expect((await api.call('GET', '/v1/tenants/fresh')).json).toMatchObject({ id: 'fresh' });

    const refused = await api.call('DELETE', '/v1/tenants/fresh');
    expect(refused.json).toMatchObject({ status: 409, code: 'tenant_in_use' });

    await api.call('DELETE', String(endpoint.headers.get('location')));
    expect((await api.call('DELETE', '/v1/tenants/fresh')).status).toBe(204);
  });

  it('are listed newest first, page by page, those of one moment too', async () => {
    const key = await api.makeKey({ environment: 'production' });
    await api.pool.query(
      `INSERT INTO tenants (environment, id, created_at)
       SELECT 'production', 't' || n, '2026-01-01T00:00:00.000123Z'::timestamptz + n / 3 * interval '1 microsecond'
       FROM generate_series(0, 9) AS n`,
    );
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const path: string = `/v1/tenants?limit=3${cursor === '' ? '' : `&cursor=${cursor}`}`;
      const { json } = await api.call('GET', path, { key });
      seen.push(...(json['data'] as { id: string }[]).map(({ id }) => id));
      cursor = json['nextCursor'] as string | null;
    }
    expect(seen).toEqual(['t9', 't8', 't7', 't6', 't5', 't4', 't3', 't2', 't1', 't0']);
  });
});
