import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImportRow } from '../../../src/domain/imports/importRow.js';
import { rowChoices, type RowChoice } from '../../../src/domain/imports/rowChoice.js';
import { startTestApi, type TestApi } from '../startTestApi.js';
import { append, openImport, rowsOf } from './importScene.js';

const total = 2_345;
const isValid = (n: number): boolean => n % 7 !== 0;
const queries: Record<RowChoice, string> = {
  all: '',
  valid: '&valid=true',
  invalid: '&valid=false',
};

let api: TestApi;
let path: string;
/** What the import has, as its stream shows it; checked against what was sent. */
let rows: ImportRow[];
beforeAll(async () => {
  api = await startTestApi();
  path = await openImport(api);
  const line = (n: number): string =>
    JSON.stringify({ ...(n % 5 === 0 && { id: `own-${n}` }), data: { n }, valid: isValid(n) });
  const lines = Array.from({ length: total }, (_, n) => line(n));
  await append(api, path, lines.slice(0, 700));
  await append(api, path, lines.slice(700));
  rows = await rowsOf(api, path);
});
afterAll(() => api.stop());

const chosen = (choice: RowChoice): ImportRow[] =>
  rows.filter(({ valid }) => choice === 'all' || valid === (choice === 'valid'));
const page = (query: string, headers: Record<string, string> = {}) =>
  api.call('GET', `${path}/rows?${query}`, { headers });

describe('the rows of an import', () => {
  it('stream out as they were sent', () => {
    expect(rows.map(({ data }) => data)).toEqual(
      Array.from({ length: total }, (_, n) => `{"n":${n}}`),
    );
    expect(rows.map(({ valid }) => valid)).toEqual(rows.map((_, n) => isValid(n)));
    expect(rows.filter((_, n) => n % 5 === 0).map(({ id }) => id)).toEqual(
      rows.map((_, n) => `own-${n}`).filter((_, n) => n % 5 === 0),
    );
    expect(new Set(rows.map(({ id }) => id)).size).toBe(total);
  });

  it.each(rowChoices)('come by page, the same ones: %s', async (choice) => {
    const all = chosen(choice);
    const limit = 400;
    const pageCount = Math.ceil(all.length / limit);
    for (let number = 1; number <= pageCount + 1; number += 1) {
      const answer = await page(`page=${number}&limit=${limit}${queries[choice]}`);
      const offset = (number - 1) * limit;
      const expected = all.slice(offset, offset + limit);
      expect(answer.json).toEqual({
        data: expected.map((row) => ({ ...row, data: JSON.parse(row.data) as object })),
        page: number,
        limit,
        offset,
        onPage: expected.length,
        totalCount: all.length,
        pageCount,
      });
    }
  });

  it.each(rowChoices)('stream out from any row on: %s', async (choice) => {
    const all = chosen(choice);
    for (const offset of [1, 699, 700, 701, all.length - 1, all.length, all.length + 1]) {
      const got = await rowsOf(api, path, `?offset=${offset}${queries[choice]}`);
      expect(got, `from ${offset}`).toEqual(all.slice(offset));
    }
  });

  it('come 50 a page, and of an empty import none', async () => {
    const first = await page('');
    expect(first.json).toMatchObject({ page: 1, limit: 50, onPage: 50, pageCount: 47 });
    expect(first.headers.get('content-type')).toContain('application/json');
    const empty = await openImport(api);
    const none = await api.call('GET', `${empty}/rows`);
    expect(none.json).toEqual({
      data: [],
      page: 1,
      limit: 50,
      offset: 0,
      onPage: 0,
      totalCount: 0,
      pageCount: 0,
    });
    expect(await rowsOf(api, empty)).toEqual([]);
  });

  it('are refused to odd questions', async () => {
    for (const query of ['page=0', 'page=', 'page=1.5', 'limit=0', 'limit=1001', 'limit=x']) {
      const answer = await page(query);
      const pointer = `#query/${query.split('=')[0]}`;
      expect(answer.json, query).toMatchObject({ status: 400, errors: [{ pointer }] });
    }
    expect((await page('valid=yes')).status).toBe(400);
    expect((await page('cursor=x')).status).toBe(400);
    expect((await page('page=2147483647&limit=1000')).json).toMatchObject({ onPage: 0 });
    const paged = await page('offset=1');
    expect(paged.json).toMatchObject({ status: 400, errors: [{ pointer: '#query/offset' }] });
    const headers = { accept: 'application/x-ndjson' };
    for (const name of ['page', 'limit']) {
      const streamed = await page(`${name}=1`, headers);
      expect(streamed.json).toMatchObject({ status: 400, errors: [{ pointer: `#query/${name}` }] });
    }
    expect((await page('offset=-1', headers)).status).toBe(400);
  });

  it('are shown to whom they belong', async () => {
    const key = await api.makeKey({ tenant: 'other' });
    expect((await api.call('GET', `${path}/rows`, { key })).status).toBe(404);
    const own = await api.makeKey({ tenant: 'acme' });
    expect((await api.call('GET', `${path}/rows`, { key: own })).status).toBe(200);
    const production = await api.makeKey({ environment: 'production' });
    expect((await api.call('GET', `${path}/rows`, { key: production })).status).toBe(404);
    const sender = await api.makeKey({ scopes: ['send'] });
    expect((await api.call('GET', `${path}/rows`, { key: sender })).status).toBe(403);
  });

  it('are gone where they have expired', async () => {
    const expired = await openImport(api);
    await append(api, expired, ['{"data":{}}']);
    await api.pool.query('UPDATE imports SET rows_expired_at = now() WHERE name = $1', [
      expired.split('/').at(-1),
    ]);
    const answer = await api.call('GET', `${expired}/rows`);
    expect(answer.json).toMatchObject({ status: 410, code: 'rows_expired' });
    const headers = { accept: 'application/x-ndjson' };
    expect((await api.call('GET', `${expired}/rows`, { headers })).status).toBe(410);
    const shown = await api.call('GET', expired);
    expect(shown.json['rows']).toMatchObject({ total: 1, expiredAt: expect.any(String) });
  });
});
