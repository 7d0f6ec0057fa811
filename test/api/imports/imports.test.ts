import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertDelivery, insertEndpoint } from '../../store/storeScene.js';
import { startTestApi, type TestApi } from '../startTestApi.js';
import { append, openImport } from './importScene.js';

const path = '/v1/tenants/acme/imports';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

const create = (body: unknown, options: { key?: string; tenant?: string } = {}) =>
  api.call('POST', path.replace('acme', options.tenant ?? 'acme'), { body, ...options });

describe('an import', () => {
  it('is created with nothing said, and makes its tenant', async () => {
    const answer = await create({}, { tenant: 'new-one' });
    expect(answer.status, answer.text).toBe(201);
    const { id } = answer.json;
    expect(id).toMatch(/^imp_[0-9a-f-]{36}$/);
    const at = `/v1/tenants/new-one/imports/${String(id)}`;
    expect(answer.headers.get('location')).toBe(at);
    expect((await api.call('GET', at)).text).toBe(answer.text);
    expect(answer.json).toEqual({
      id,
      tenant: 'new-one',
      state: 'open',
      paused: false,
      attributes: {},
      metadata: {},
      eventTypes: [],
      endpoint: null,
      batchSize: null,
      keepRows: true,
      rows: { total: 0, valid: 0, invalid: 0, bytes: 0, expiredAt: null },
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
      completedAt: null,
      data: null,
      deliveries: [],
    });
    expect((await api.call('GET', '/v1/tenants/new-one')).status).toBe(200);
  });

  it('shows what it was created with, its data byte for byte, and no secret', async () => {
    const data = '{ "n": 1.10, "big":12345678901234567890, "a":1, "a":2 }';
    const text = `{"id":"Import:1@x","attributes":{"flow":["a","b"]},"metadata":{"note":"x"},"eventTypes":["a.b","c","a.b"],
      "endpoint":{"url":"https://hooks.example.com/x?token=t","format":"raw","secret":"a secret of ours"},
      "batchSize":10000,"keepRows":false,"data":${data}}`;
    const answer = await create(text);
    expect(answer.status, answer.text).toBe(201);
    expect(answer.json).toMatchObject({
      id: 'Import:1@x',
      attributes: { flow: ['a', 'b'] },
      metadata: { note: 'x' },
      eventTypes: ['a.b', 'c'],
      endpoint: { url: 'https://hooks.example.com/x?token=t', format: 'raw' },
      batchSize: 10_000,
      keepRows: false,
    });
    expect(answer.text).toContain(`"data":${data}}`);
    const shown = await api.call('GET', `${path}/Import:1@x`);
    expect(shown.text).toBe(answer.text);
    expect(shown.text).not.toContain('secret');
    const { rows } = await api.pool.query<{ text: string }>(
      `SELECT imports::text AS text FROM imports WHERE name = 'Import:1@x'`,
    );
    expect(rows[0]?.text).not.toMatch(/secret of ours|token=t/);
  });

  it('has an id of its own in its environment', async () => {
    expect((await create({ id: 'taken' })).status).toBe(201);
    const again = await create({ id: 'taken' });
    expect(again.json).toMatchObject({
      status: 409,
      code: 'import_exists',
      errors: [{ pointer: '/id' }],
    });
    const ofAnother = await create({ id: 'taken' }, { tenant: 'nobody-yet' });
    expect(ofAnother.json).toMatchObject({ status: 409, code: 'import_exists' });
    expect((await api.call('GET', '/v1/tenants/nobody-yet')).status).toBe(404);
    const production = await api.makeKey({ environment: 'production' });
    expect((await create({ id: 'taken' }, { key: production })).status).toBe(201);
  });

  it.each([
    ['/id', { id: 'imp_01a1fd25-5925-75c3-bc43-9a643b33fa11' }],
    ['/id', { id: 'imp_x' }],
    ['/id', { id: '' }],
    ['/id', { id: 'a/b' }],
    ['/id', { id: '.' }],
    ['/id', { id: '..' }],
    ['/id', { id: 'x'.repeat(129) }],
    ['/attributes/data.~1x', { attributes: { 'data./x': 'y' } }],
    ['/attributes/a', { attributes: { a: 1 } }],
    ['/metadata/a', { metadata: { a: 1 } }],
    ['/eventTypes/0', { eventTypes: ['a b'] }],
    ['/endpoint/url', { endpoint: { url: 'https://10.0.0.1/' } }],
    ['/endpoint/url', { endpoint: { url: 'http://example.com/' } }],
    ['/endpoint/format', { endpoint: { url: 'https://example.com/', format: 'x' } }],
    ['/endpoint/secret', { endpoint: { url: 'https://example.com/', secret: '' } }],
    ['/endpoint/headers', { endpoint: { url: 'https://example.com/', headers: {} } }],
    ['/batchSize', { batchSize: 0 }],
    ['/batchSize', { batchSize: 10_001 }],
    ['/keepRows', { keepRows: 'no' }],
    ['/data', { data: [] }],
    ['/data', { data: null }],
    ['/rows', { rows: [] }],
  ])('is refused for %s', async (pointer, body) => {
    const answer = await create(body);
    expect(answer.json, answer.text).toMatchObject({ status: 422, code: 'invalid_request' });
    expect(answer.json['errors']).toContainEqual(expect.objectContaining({ pointer }));
  });

  it('has no endpoint in a format whose catalog is off', async () => {
    const key = await api.makeKey({ environment: 'production' });
    const body = { catalogs: ['dromo'] };
    expect((await api.call('PATCH', '/v1/environment', { body, key })).status).toBe(200);
    const answer = await create(
      { endpoint: { url: 'https://example.com/', format: 'pulter' } },
      { key },
    );
    expect(answer.json).toMatchObject({ status: 422, errors: [{ pointer: '/endpoint/format' }] });
  });

  it('is listed newest first, without its data, to whom it belongs', async () => {
    const made: string[] = [];
    for (let n = 0; n < 5; n += 1) {
      const answer = await create({ id: `listed-${n}`, data: { n } }, { tenant: 'lister' });
      made.push(String(answer.json['id']));
    }
    const first = await api.call('GET', '/v1/tenants/lister/imports?limit=3');
    const cursor = String(first.json['nextCursor']);
    const second = await api.call('GET', `/v1/tenants/lister/imports?limit=3&cursor=${cursor}`);
    const idsOf = (list: unknown): unknown[] => (list as { id: string }[]).map(({ id }) => id);
    expect([...idsOf(first.json['data']), ...idsOf(second.json['data'])]).toEqual(
      made.toReversed(),
    );
    expect(second.json['nextCursor']).toBeNull();
    expect((first.json['data'] as object[])[0]).not.toHaveProperty('data');
    const key = await api.makeKey({ tenant: 'other' });
    expect((await api.call('GET', '/v1/tenants/lister/imports', { key })).status).toBe(404);
    expect((await api.call('GET', '/v1/tenants/lister/imports/listed-0', { key })).status).toBe(
      404,
    );
    expect((await api.call('GET', '/v1/tenants/acme/imports/listed-0')).status).toBe(404);
    const sender = await api.makeKey({ scopes: ['send'] });
    expect((await api.call('GET', '/v1/tenants/lister/imports', { key: sender })).status).toBe(403);
    const reader = await api.makeKey({ scopes: ['read'] });
    expect((await create({}, { key: reader })).status).toBe(403);
  });

  it('is created once for an idempotency key', async () => {
    const headers = { 'idempotency-key': 'once' };
    const first = await api.call('POST', path, { body: {}, headers });
    const again = await api.call('POST', path, { body: {}, headers });
    expect(again.json['id']).toBe(first.json['id']);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(again.headers.get('location')).toBe(first.headers.get('location'));
  });

  it('is listed over all tenants, by state and by whether it is held', async () => {
    for (const tenant of ['one', 'two']) await create({ id: `over-all-${tenant}` }, { tenant });
    const gone = await create({ id: 'given-up' }, { tenant: 'two' });
    await api.call('POST', `${gone.headers.get('location')}/cancel`);
    const idsOf = async (query: string, options: { key?: string } = {}): Promise<string[]> => {
      const answer = await api.call('GET', `/v1/imports?limit=250&${query}`, options);
      expect(answer.status, answer.text).toBe(200);
      return (answer.json['data'] as { id: string }[]).map(({ id }) => id);
    };
    expect((await idsOf('')).slice(0, 3)).toEqual(['given-up', 'over-all-two', 'over-all-one']);
    expect(await idsOf('tenant=two')).toEqual(['given-up', 'over-all-two']);
    expect(await idsOf('tenant=two&state=open')).toEqual(['over-all-two']);
    expect(await idsOf('tenant=two&paused=true')).toEqual([]);
    expect(await idsOf('tenant=two&paused=false')).toHaveLength(2);
    const key = await api.makeKey({ tenant: 'one' });
    expect(await idsOf('', { key })).toEqual(['over-all-one']);
    expect((await api.call('GET', '/v1/imports?tenant=two', { key })).status).toBe(404);
    for (const query of ['state=gone', 'paused=maybe', 'of=two'])
      expect((await api.call('GET', `/v1/imports?${query}`)).status, query).toBe(400);
  });

  it('shows how far the deliveries are that bring its rows', async () => {
    const at = await openImport(api);
    await append(api, at, ['{"data":{}}', '{"data":{},"valid":false}']);
    const { id, endpointId } = await insertDelivery(api.pool, await insertEndpoint(api.pool), {
      state: 'retrying',
      attemptCount: 2,
    });
    await api.pool.query(`UPDATE deliveries SET last_answer = '503' WHERE id = $1`, [id]);
    await api.pool.query(
      `INSERT INTO batch_runs (delivery_id, import_id, choice, total_rows, batch_size, batch_count, acknowledged,
         acknowledged_rows, paused_at)
       SELECT $1, id, 'all', 2, 1, 2, 1, 1, now() FROM imports WHERE name = $2`,
      [id, at.split('/').at(-1)],
    );
    const shown = await api.call('GET', at);
    expect(shown.json).toMatchObject({ paused: true, rows: { total: 2, valid: 1, invalid: 1 } });
    expect(shown.json['deliveries']).toEqual([
      {
        id: `dlv_${id}`,
        endpointId: `ep_${endpointId}`,
        eventType: 'a.b',
        state: 'retrying',
        paused: true,
        batches: 2,
        acknowledged: 1,
        totalRows: 2,
        acknowledgedRows: 1,
        attemptCount: 2,
        lastAnswer: '503',
        nextAttemptAt: expect.stringMatching(/^\d{4}-/),
        reason: null,
      },
    ]);
    const held = await api.call('GET', '/v1/imports?paused=true');
    expect(held.json['data']).toMatchObject([{ id: shown.json['id'], paused: true }]);
    await api.pool.query(
      `UPDATE deliveries SET state = 'cancelled', due_at = NULL, finished_at = now() WHERE id = $1`,
      [id],
    );
    expect((await api.call('GET', at)).json).toMatchObject({ paused: false });
    expect((await api.call('GET', '/v1/imports?paused=true')).json['data']).toEqual([]);
  });
});
