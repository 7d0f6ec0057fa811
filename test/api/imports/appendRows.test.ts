import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/config/loadConfig.js';
import { parseMetrics } from '../../setup/metricsOf.js';
import { maxBodyBytes, startTestApi, type TestApi } from '../startTestApi.js';
import { append, ndjson, openImport, rowsOf, storedIn } from './importScene.js';

const limits = { maxRowBytes: 1_000, maxImportRows: 2_500, maxImportBytes: 200_000 };

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi({ settings: { ...loadConfig({}), maxBodyBytes, ...limits } });
});
afterAll(() => api.stop());

const line = (n: number): string => `{"data":{"n":${n}}}`;
const numbers = (from: number, count: number): number[] =>
  Array.from({ length: count }, (_, place) => from + place);

describe('rows are appended', () => {
  it('byte for byte, with their ids or ones that stay the same', async () => {
    const path = await openImport(api);
    const lines = [
      '{"data":{"n":1.10, "big":12345678901234567890 }}',
      '  { "valid" : false , "id":"own \\u00e9", "data" : {"text":"Zoë 日本 \\ud83d\\ude00","a":1,"a":2} } \r',
      '',
      ' \t',
      '{"data":{}}',
    ];
    const answer = await append(api, path, lines);
    expect(answer.status, answer.text).toBe(200);
    expect(answer.json).toEqual({ received: 3, skipped: 0, stored: 3 });
    const rows = await rowsOf(api, path);
    expect(rows).toEqual([
      { id: expect.any(String), data: '{"n":1.10, "big":12345678901234567890 }', valid: true },
      {
        id: 'own é',
        data: '{"text":"Zoë 日本 \\ud83d\\ude00","a":1,"a":2}',
        valid: false,
      },
      { id: expect.any(String), data: '{}', valid: true },
    ]);
    expect(await rowsOf(api, path)).toEqual(rows);
    expect(new Set(rows.map(({ id }) => id)).size).toBe(3);
    const bytes = rows.reduce((sum, { data }) => sum + Buffer.byteLength(data) + 1, 0);
    expect(await storedIn(api, path)).toEqual({
      total: 3,
      valid: 2,
      invalid: 1,
      bytes,
      expiredAt: null,
    });
  });

  it('in several requests, by offset never twice', async () => {
    const path = await openImport(api);
    const all = numbers(0, 30).map(line);
    expect((await append(api, path, all.slice(0, 10))).json['stored']).toBe(10);
    expect((await append(api, path, all.slice(10, 15))).json['stored']).toBe(15);
    const again = await append(api, path, all.slice(0, 20), { query: '?offset=0' });
    expect(again.json).toEqual({ received: 5, skipped: 15, stored: 20 });
    const known = await append(api, path, all.slice(5, 12), { query: '?offset=5' });
    expect(known.json).toEqual({ received: 0, skipped: 7, stored: 20 });
    const rest = await append(api, path, all.slice(20), { query: '?offset=20' });
    expect(rest.json).toEqual({ received: 10, skipped: 0, stored: 30 });
    expect((await rowsOf(api, path)).map(({ data }) => data)).toEqual(
      numbers(0, 30).map((n) => `{"n":${n}}`),
    );
  });

  it('and counted', async () => {
    const counted = async (): Promise<number> => {
      const page = await api.call('GET', '/metrics', { key: null });
      return parseMetrics(page.text).get('everhook_rows_stored_total') ?? Number.NaN;
    };
    const before = await counted();
    await append(api, await openImport(api), numbers(0, 1_500).map(line));
    expect(await counted()).toBe(before + 1_500);
  });

  it('none of nothing', async () => {
    const path = await openImport(api);
    for (const body of ['', '\n\n']) {
      const answer = await append(api, path, body);
      expect(answer.json, answer.text).toEqual({ received: 0, skipped: 0, stored: 0 });
    }
    const bare = await api.call('POST', `${path}/rows`);
    expect(bare.json, bare.text).toEqual({ received: 0, skipped: 0, stored: 0 });
  });

  it.each([
    ['no JSON', '{"data":{}', 'Line 5, column 11: Expected "," or "}", found the end of the text.'],
    ['no object', '[1]', 'Line 5: A row is an object'],
    ['no data', '{"id":"a"}', 'Line 5: A row is an object'],
    ['data that is none', '{"data":[1]}', 'Line 5, column 9: "data" must be an object.'],
    ['data null', '{"data":null}', '"data" must be an object.'],
    ['an unknown member', '{"data":{},"ok":true}', 'no member "ok"'],
    [
      'a member twice',
      '{"data":{},"data":{}}',
      'Line 5, column 12: The member "data" stands twice',
    ],
    ['an id that is no text', '{"id":1,"data":{}}', '"id" must be a text of 1 to 255'],
    ['an empty id', '{"id":"","data":{}}', '"id" must be a text of 1 to 255'],
    ['an id with U+0000', '{"id":"\\u0000","data":{}}', '"id" must be a text of 1 to 255'],
    ['a long id', `{"id":"${'x'.repeat(256)}","data":{}}`, '"id" must be a text of 1 to 255'],
    ['valid that is neither', '{"data":{},"valid":1}', '"valid" must be true or false'],
    [
      'deep nesting',
      `{"data":{"a":${'['.repeat(511)}${']'.repeat(400)}}}`,
      'Objects and arrays may be nested 512 deep',
    ],
  ])('up to one that is wrong: %s', async (_, bad, detail) => {
    const path = await openImport(api);
    const answer = await append(api, path, [line(1), line(2), '', line(3), bad, line(4)]);
    expect(answer.json).toMatchObject({ status: 422, code: 'invalid_row', stored: 3 });
    expect(answer.json['detail']).toContain(detail);
    expect(answer.json['detail']).toContain('the import has 3.');
    const rest = await append(api, path, [line(4), line(5)], { query: '?offset=3' });
    expect(rest.json).toEqual({ received: 2, skipped: 0, stored: 5 });
  });

  it('up to what is not UTF-8', async () => {
    const path = await openImport(api);
    const body = Buffer.concat([
      Buffer.from(`${line(1)}\n${line(2)}\n{"data":{"x":"`),
      Buffer.from([0xc3, 0x28]),
      Buffer.from(`"}}\n${line(3)}`),
    ]);
    const answer = await append(api, path, body);
    expect(answer.json).toMatchObject({ status: 422, code: 'invalid_row', stored: 2 });
    expect(answer.json['detail']).toContain('Line 3: it is not valid UTF-8');
  });

  it('up to one that is too large', async () => {
    const path = await openImport(api);
    const fits = `{"data":{"x":"${'é'.repeat(491)}x"}}`;
    expect(Buffer.byteLength(fits)).toBe(limits.maxRowBytes);
    const over = fits.replace('éx', 'éxx');
    const ended = await append(api, path, [line(1), fits, over, line(2)]);
    expect(ended.json).toMatchObject({ status: 413, code: 'row_too_large', stored: 2 });
    expect(ended.json['detail']).toContain('Line 3: a row may have 1000 bytes at most');
    const endless = await append(api, path, `${line(2)}\n${'x'.repeat(300_000)}`);
    expect(endless.json).toMatchObject({ status: 413, code: 'row_too_large', stored: 3 });
  });

  it('up to the limits of an import', async () => {
    const many = await openImport(api);
    const rows = await append(api, many, numbers(0, 2_600).map(line));
    expect(rows.json).toMatchObject({ status: 413, code: 'import_too_large', stored: 2_500 });
    expect(rows.json['detail']).toContain('2500 rows (EVERHOOK_MAX_IMPORT_ROWS)');
    const large = await openImport(api);
    const wide = (n: number): string => `{"data":{"n":"${String(n).padStart(191, '0')}"}}`;
    expect((await append(api, large, numbers(0, 990).map(wide))).status).toBe(200);
    const bytes = await append(api, large, numbers(990, 20).map(wide));
    expect(bytes.json).toMatchObject({ status: 413, code: 'import_too_large', stored: 1_000 });
    expect(bytes.json['detail']).toContain('200000 bytes (EVERHOOK_MAX_IMPORT_BYTES)');
    expect(await storedIn(api, large)).toMatchObject({ total: 1_000, bytes: 200_000 });
  });
});

describe('rows are refused', () => {
  it('where the client reckons with more than are stored', async () => {
    const path = await openImport(api);
    await append(api, path, [line(1)]);
    const answer = await append(api, path, [line(3)], { query: '?offset=2' });
    expect(answer.json).toMatchObject({ status: 409, code: 'offset_mismatch', stored: 1 });
    expect(answer.json['detail']).toContain('1 row; go on from there (?offset=1)');
  });

  it.each(['complete', 'cancelled'])('by an import that is %s', async (state) => {
    const path = await openImport(api);
    await append(api, path, [line(1)]);
    await api.pool.query('UPDATE imports SET state = $1 WHERE name = $2', [
      state,
      path.split('/').at(-1),
    ]);
    const answer = await append(api, path, [line(2)]);
    expect(answer.json).toMatchObject({ status: 409, code: 'import_not_open', stored: 1 });
    expect(answer.json['detail']).toBe(`The import is ${state}, with 1 row.`);
  });

  it('by an import whose rows have expired', async () => {
    const path = await openImport(api);
    await api.pool.query('UPDATE imports SET rows_expired_at = now() WHERE name = $1', [
      path.split('/').at(-1),
    ]);
    const answer = await append(api, path, [line(1)]);
    expect(answer.json).toMatchObject({ status: 410, code: 'rows_expired' });
  });

  it('where they come in another way', async () => {
    const path = await openImport(api);
    const keyed = await append(api, path, [line(1)], {
      headers: { ...ndjson, 'idempotency-key': 'k' },
    });
    expect(keyed.json).toMatchObject({
      status: 400,
      errors: [{ pointer: '#header/idempotency-key' }],
    });
    const json = await append(api, path, [line(1)], { headers: {} });
    expect(json.json).toMatchObject({ status: 415, detail: expect.stringContaining('x-ndjson') });
    const latin = await append(api, path, [line(1)], {
      headers: { 'content-type': 'application/x-ndjson; charset=iso-8859-1' },
    });
    expect(latin.json).toMatchObject({ status: 415, detail: 'Send the body in UTF-8.' });
    const utf8 = await append(api, path, [line(1)], {
      headers: { 'content-type': 'application/x-ndjson; charset=utf-8' },
    });
    expect(utf8.status).toBe(200);
    const zipped = await append(api, path, [line(1)], {
      headers: { ...ndjson, 'content-encoding': 'gzip' },
    });
    expect(zipped.json).toMatchObject({ status: 415 });
    for (const offset of ['', '-1', '1.5', 'x', '2147483648']) {
      const odd = await append(api, path, [line(1)], { query: `?offset=${offset}` });
      expect(odd.json).toMatchObject({ status: 400, errors: [{ pointer: '#query/offset' }] });
    }
    expect(await storedIn(api, path)).toMatchObject({ total: 1 });
  });

  it('from whom they are not', async () => {
    const path = await openImport(api);
    const missing = await append(api, '/v1/tenants/acme/imports/none', [line(1)]);
    expect(missing.json).toMatchObject({ status: 404, code: 'not_found' });
    const others = await append(api, path.replace('acme', 'other'), [line(1)]);
    expect(others.status).toBe(404);
    const key = await api.makeKey({ tenant: 'other' });
    expect((await append(api, path, [line(1)], { key })).status).toBe(404);
    const production = await api.makeKey({ environment: 'production' });
    expect((await append(api, path, [line(1)], { key: production })).status).toBe(404);
    const reader = await api.makeKey({ scopes: ['read'] });
    expect((await append(api, path, [line(1)], { key: reader })).status).toBe(403);
  });
});
