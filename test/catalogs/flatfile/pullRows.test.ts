import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../../src/config/packageRoot.js';
import { append, openImport, rowsOf } from '../../api/imports/importScene.js';
import { startTestApi, type TestApi } from '../../api/startTestApi.js';

/** The answer in Flatfile's documentation. */
const documented = JSON.parse(
  readFileSync(join(packageRoot, 'test/catalogs/flatfile/fixtures/rows.json'), 'utf8'),
) as { data: { id: string; mapped: object }[] };
const batchId = '71bdb0ac-44c9-4ba6-839a-073b43870112';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
  const path = await openImport(api, { id: batchId });
  const lines = documented.data.map(({ id, mapped }) => JSON.stringify({ id, data: mapped }));
  await append(api, path, lines);
});
afterAll(() => api.stop());

const pull = (batch: string, query = '', options: { key?: string } = {}) =>
  api.call('GET', `/rest/batch/${batch}/rows${query}`, options);

describe('rows are pulled', () => {
  it('as documented, to the byte', async () => {
    const answer = await pull(batchId);
    expect(answer.status).toBe(200);
    expect(answer.text).toBe(JSON.stringify(documented));
    expect(answer.headers.get('content-type')).toContain('application/json');
  });

  it('page by page, under ids that stay the same, data byte for byte', async () => {
    const path = await openImport(api, { id: 'many' });
    const line = (n: number): string => `{"data":{"n": ${n}.0},"valid":${n % 2 === 0}}`;
    await append(
      api,
      path,
      Array.from({ length: 120 }, (_, n) => line(n)),
    );
    const rows = await rowsOf(api, path);
    const third = await pull('many', '?page=3');
    const data = rows.slice(100).map(({ id, data: text }) => `{"id":"${id}","mapped":${text}}`);
    expect(third.text).toBe(
      `{"pagination":{"currentPage":3,"limit":50,"offset":100,"onPage":20,"totalCount":120,"pageCount":3},"data":[${data.join(',')}]}`,
    );
    expect((await pull('many', '?page=3&limit=50')).text).toBe(third.text);
    const beyond = await pull('many', '?page=5&limit=30');
    expect(beyond.json).toEqual({
      pagination: {
        ...{ currentPage: 5, limit: 30, offset: 120 },
        ...{ onPage: 0, totalCount: 120, pageCount: 4 },
      },
      data: [],
    });
  });

  it('of a batch without rows: no pages', async () => {
    await openImport(api, { id: 'empty' });
    expect((await pull('empty')).json).toEqual({
      pagination: {
        ...{ currentPage: 1, limit: 50, offset: 0 },
        ...{ onPage: 0, totalCount: 0, pageCount: 0 },
      },
      data: [],
    });
  });

  it("by a tenant's key its own alone, by one of the environment all of it", async () => {
    const own = await api.makeKey({ tenant: 'acme', scopes: ['read'] });
    expect((await pull(batchId, '', { key: own })).status).toBe(200);
    const other = await api.makeKey({ tenant: 'other' });
    expect((await pull(batchId, '', { key: other })).json).toMatchObject({ code: 'not_found' });
    const production = await api.makeKey({ environment: 'production' });
    expect((await pull(batchId, '', { key: production })).status).toBe(404);
    const sender = await api.makeKey({ scopes: ['send'] });
    expect((await pull(batchId, '', { key: sender })).status).toBe(403);
    expect((await pull(batchId, '', { key: 'none' })).status).toBe(401);
    expect((await pull('none')).json).toMatchObject({ code: 'not_found' });
  });

  it('not by odd questions, and not where they have expired', async () => {
    for (const query of ['?page=0', '?limit=0', '?limit=1001', '?cursor=x']) {
      expect((await pull(batchId, query)).status, query).toBe(400);
    }
    await openImport(api, { id: 'expired' });
    await api.pool.query(`UPDATE imports SET rows_expired_at = now() WHERE name = 'expired'`);
    expect((await pull('expired')).json).toMatchObject({ status: 410, code: 'rows_expired' });
    const posted = await api.call('POST', `/rest/batch/${batchId}/rows`);
    expect(posted.status).toBe(405);
  });

  it('only where the catalog is on', async () => {
    const key = await api.makeKey({ environment: 'production' });
    await api.call('POST', '/v1/tenants/acme/imports', { body: { id: batchId }, key });
    expect((await pull(batchId, '', { key })).status).toBe(200);
    const body = { catalogs: ['dromo', 'pulter'] };
    expect((await api.call('PATCH', '/v1/environment', { body, key })).status).toBe(200);
    expect((await pull(batchId, '', { key })).json).toMatchObject({
      code: 'not_found',
      detail: `There is no /rest/batch/${batchId}/rows here.`,
    });
    expect((await pull(batchId)).status).toBe(200);
  });

  it('as the API document says', async () => {
    const document = await api.call('GET', '/openapi.json');
    const paths = document.json['paths'] as Record<string, { get: { operationId: string } }>;
    expect(paths['/rest/batch/{batchId}/rows']?.get.operationId).toBe('pullFlatfileRows');
    const schema = JSON.stringify(paths['/rest/batch/{batchId}/rows']);
    for (const name of ['pagination', 'currentPage', 'mapped']) expect(schema).toContain(name);
  });
});
