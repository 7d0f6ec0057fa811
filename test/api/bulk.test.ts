import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/loadConfig.js';
import { maxBodyBytes, startTestApi, type TestApi } from './startTestApi.js';

const maxBulkBytes = 300_000;
const path = '/v1/tenants/acme/events/bulk';

interface LineResult {
  line: number;
  status: number;
  id?: string;
  replayed?: true;
  problem?: { code: string; detail: string; errors: { pointer: string }[] };
}

let api: TestApi;
beforeAll(async () => {
  const settings = { ...loadConfig({}), maxBodyBytes, maxBulkBytes };
  api = await startTestApi({ settings });
  const body = { url: 'https://hooks.example.com/', eventTypes: ['a'] };
  await api.call('POST', '/v1/tenants/acme/endpoints', { body });
});
afterAll(() => api.stop());

async function submit(lines: (object | string)[]): Promise<LineResult[]> {
  const body = lines
    .map((line) => (typeof line === 'string' ? line : JSON.stringify(line)))
    .join('\n');
  const headers = { 'content-type': 'application/x-ndjson' };
  const answer = await api.call('POST', path, { body, headers });
  expect(answer.status, answer.text).toBe(200);
  expect(answer.headers.get('content-type')).toBe('application/x-ndjson; charset=utf-8');
  return answer.text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as LineResult);
}

const post = (body: string, headers: Record<string, string> = {}) =>
  api.call('POST', path, { body, headers: { 'content-type': 'application/x-ndjson', ...headers } });

describe('bulk intake', () => {
  it('accepts each line with its deliveries, its data byte for byte', async () => {
    const data = '{ "n": 1.10, "big":12345678901234567890 }';
    const results = await submit([{ type: 'a', data: 1 }, `{"type":"a","data":${data}}`, '']);
    expect(results).toEqual([
      { line: 1, status: 202, id: expect.stringMatching(/^evt_/) },
      { line: 2, status: 202, id: expect.stringMatching(/^evt_/) },
    ]);
    const shown = await api.call('GET', `/v1/tenants/acme/events/${results[1]?.id}`);
    expect(shown.text).toContain(`"data":${data}}`);
    const deliveries = await api.call('GET', '/v1/tenants/acme/deliveries');
    expect(deliveries.json['data']).toHaveLength(2);
  });

  it('refuses each line alone, with its number and the place', async () => {
    const results = await submit([
      { type: 'a', data: 1 },
      '{"type":"a","data":}',
      '',
      { type: 'a b', data: 1 },
      { type: 'a', data: 'x'.repeat(maxBodyBytes) },
      { type: 'a', data: 1, idempotencyKey: '' },
      '\t{"type":"a","type":"a","data":1}',
      { type: 'a', data: 1, endpoint: { url: 'https://10.0.0.1/' } },
      { type: 'a', data: 2 },
    ]);
    expect(
      results.map(({ line, status, problem }) => [
        line,
        status,
        problem?.code,
        problem?.errors[0]?.pointer,
      ]),
    ).toEqual([
      [1, 202, undefined, undefined],
      [2, 400, 'invalid_json', undefined],
      [4, 422, 'invalid_request', '/type'],
      [5, 413, 'body_too_large', undefined],
      [6, 422, 'invalid_request', '/idempotencyKey'],
      [7, 400, 'duplicate_member', '/type'],
      [8, 422, 'invalid_request', '/endpoint/url'],
      [9, 202, undefined, undefined],
    ]);
  });

  it('gives a line with a known key its first answer, and refuses another under it', async () => {
    const line = { type: 'a', data: 1, idempotencyKey: 'k' };
    const [first, repeated, other] = await submit([line, line, { ...line, data: 2 }]);
    expect(first).toEqual({ line: 1, status: 202, id: expect.any(String) });
    expect(repeated).toEqual({ line: 2, status: 202, id: first?.id, replayed: true });
    expect(other).toMatchObject({ line: 3, status: 422 });
    expect(other?.problem).toMatchObject({
      code: 'idempotency_key_reused',
      errors: [{ pointer: '/idempotencyKey' }],
    });
    const [again] = await submit([line]);
    expect(again).toEqual({ line: 1, status: 202, id: first?.id, replayed: true });
  });

  it('takes 1,000 lines and no more', async () => {
    const line = '{"type":"b","data":1}';
    const results = await submit(Array.from({ length: 1_000 }, () => line));
    expect(results.map(({ status }) => status).every((status) => status === 202)).toBe(true);
    expect(results.map((one) => one.line)).toEqual(Array.from({ length: 1_000 }, (_, n) => n + 1));
    expect(new Set(results.map(({ id }) => id)).size).toBe(1_000);
    const tooMany = await post(`${line}\n`.repeat(1_001));
    expect(tooMany.json).toMatchObject({ status: 422, code: 'invalid_request' });
  });

  it('refuses what is no bulk submission', async () => {
    const line = '{"type":"a","data":1}';
    expect((await post('\n\n')).json).toMatchObject({ status: 422, code: 'invalid_request' });
    const typed = await post(line, { 'content-type': 'application/json' });
    expect(typed.json).toMatchObject({ status: 415, detail: expect.stringContaining('x-ndjson') });
    const large = await post(`${line}\n`.repeat(maxBulkBytes / 20));
    expect(large.json).toMatchObject({ status: 413, code: 'body_too_large' });
    expect(large.json['detail']).toContain(String(maxBulkBytes));
    const keyed = await post(line, { 'idempotency-key': 'k' });
    expect(keyed.json).toMatchObject({
      status: 400,
      errors: [{ pointer: '#header/idempotency-key' }],
    });
    const key = await api.makeKey({ scopes: ['read'] });
    const headers = { 'content-type': 'application/x-ndjson' };
    expect((await api.call('POST', path, { body: line, headers, key })).status).toBe(403);
  });
});
