import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultRetryScheduleSeconds, maxEndpointsPerTenant } from '../../src/domain/limits.js';
import { startTestApi, type TestApi } from './startTestApi.js';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

const path = '/v1/tenants/acme/endpoints';
const minimal = { url: 'https://hooks.example.com/in?token=t0psecret', eventTypes: ['job.*'] };
const whole = {
  url: 'https://hooks.example.com/',
  eventTypes: ['job.end', 'job.step.*'],
  filters: { plan: ['pro', 'team'], 'data./a~1b': ['1'] },
  match: 'all',
  require: { region: ['eu'] },
  format: 'raw',
  signatures: ['stripe'],
  headers: { authorization: 'Bearer hunter2', 'X-Team': 'a' },
  retrySchedule: [0.5, 2],
  timeoutMs: 2_500,
  rateLimitPerSecond: 0.5,
  maxInFlight: 3,
  ordered: true,
  onFailure: 'skip',
  description: 'The main one',
  metadata: { owner: 'ops' },
};

async function create(body: object = minimal): Promise<string> {
  const { status, headers, text } = await api.call('POST', path, { body });
  expect(status, text).toBe(201);
  return String(headers.get('location'));
}

describe('creating an endpoint', () => {
  it('fills in the defaults', async () => {
    const { status, headers, json } = await api.call('POST', path, { body: minimal });
    expect(status).toBe(201);
    expect(headers.get('location')).toBe(`${path}/${String(json['id'])}`);
    expect(json).toEqual({
      ...minimal,
      id: expect.stringMatching(/^ep_[0-9a-f-]{36}$/),
      tenant: 'acme',
      filters: {},
      match: 'any',
      require: {},
      scope: null,
      format: 'standard',
      signatures: [],
      headerNames: [],
      retrySchedule: defaultRetryScheduleSeconds,
      timeoutMs: 15_000,
      batchSize: 5_000,
      rateLimitPerSecond: null,
      maxInFlight: null,
      ordered: false,
      onFailure: 'block',
      traceContext: false,
      description: '',
      metadata: {},
      view: null,
      enabled: true,
      disabledReason: null,
      disabledAt: null,
      pausedAt: null,
      health: {
        consecutiveFailures: 0,
        failingSince: null,
        circuitOpenedAt: null,
        nextProbeAt: null,
      },
      createdAt: expect.stringMatching(/Z$/),
      updatedAt: expect.stringMatching(/Z$/),
    });
    expect((await api.call('GET', `${path}/${String(json['id'])}`)).json).toEqual(json);
  });

  it('takes every field, and shows of the custom headers the names alone', async () => {
    const { headers, ...shown } = whole;
    const { json, text } = await api.call('POST', path, { body: { ...whole, enabled: false } });
    expect(json).toMatchObject({
      ...shown,
      headerNames: Object.keys(headers),
      enabled: false,
      disabledReason: 'owner',
      disabledAt: expect.any(String),
    });
    expect(text).not.toContain('hunter2');
  });

  it('normalizes the URL and drops repeated types', async () => {
    const body = { url: 'HTTPS://Hooks.Example.COM:443/a/../b', eventTypes: ['a', 'b', 'a'] };
    const { json } = await api.call('POST', path, { body });
    expect(json).toMatchObject({ url: 'https://hooks.example.com/b', eventTypes: ['a', 'b'] });
  });

  it('seals at rest what may be a credential', async () => {
    const secret = 'a secret of theirs';
    await create({ ...minimal, headers: whole.headers, secret });
    const { rows } = await api.pool.query(
      `SELECT e.*, s.* FROM endpoints e JOIN endpoint_secrets s ON s.endpoint_id = e.id`,
    );
    const stored = JSON.stringify(rows);
    for (const hidden of ['t0psecret', 'hunter2', secret]) expect(stored).not.toContain(hidden);
  });

  it.each([
    [{ eventTypes: ['*'] }, '/url'],
    [{ url: 'https://hooks.example.com/' }, '/eventTypes'],
    [{ ...minimal, url: 'http://hooks.example.com/' }, '/url'],
    [{ ...minimal, url: 'https://10.0.0.1/' }, '/url'],
    [{ ...minimal, url: 'https://[::1]/' }, '/url'],
    [{ ...minimal, url: 'https://user:pass@hooks.example.com/' }, '/url'],
    [{ ...minimal, url: 'not a url' }, '/url'],
    [{ ...minimal, url: `https://hooks.example.com/${'a'.repeat(2_048)}` }, '/url'],
    [{ ...minimal, eventTypes: [] }, '/eventTypes'],
    [{ ...minimal, eventTypes: ['a', 'b..c'] }, '/eventTypes/1'],
    [{ ...minimal, eventTypes: ['fl*'] }, '/eventTypes/0'],
    [{ ...minimal, filters: { plan: 'pro' } }, '/filters/plan'],
    [{ ...minimal, filters: { plan: [] } }, '/filters/plan'],
    [{ ...minimal, filters: { plan: ['a\0'] } }, '/filters/plan/0'],
    [{ ...minimal, require: { 'data.status': ['a'] } }, '/require/data.status'],
    [{ ...minimal, rateLimitPerSecond: 0.009 }, '/rateLimitPerSecond'],
    [{ ...minimal, rateLimitPerSecond: 10_001 }, '/rateLimitPerSecond'],
    [{ ...minimal, maxInFlight: 0 }, '/maxInFlight'],
    [{ ...minimal, maxInFlight: 1.5 }, '/maxInFlight'],
    [{ ...minimal, maxInFlight: 1_001 }, '/maxInFlight'],
    [{ ...minimal, ordered: 'yes' }, '/ordered'],
    [{ ...minimal, onFailure: 'stop' }, '/onFailure'],
    [{ ...minimal, match: 'some' }, '/match'],
    [{ ...minimal, format: 'xml' }, '/format'],
    [{ ...minimal, headers: { 'webhook-id': 'x' } }, '/headers/webhook-id'],
    [{ ...minimal, headers: { 'x-a': 'b\r\nc: d' } }, '/headers/x-a'],
    [{ ...minimal, headers: { 'x-a': '1', 'X-A': '2' } }, '/headers/x-a'],
    [{ ...minimal, headers: names(21) }, '/headers'],
    [{ ...minimal, retrySchedule: [-1] }, '/retrySchedule/0'],
    [{ ...minimal, retrySchedule: [604_801] }, '/retrySchedule/0'],
    [{ ...minimal, retrySchedule: Array.from({ length: 31 }, () => 1) }, '/retrySchedule'],
    [{ ...minimal, timeoutMs: 499 }, '/timeoutMs'],
    [{ ...minimal, timeoutMs: 900_001 }, '/timeoutMs'],
    [{ ...minimal, timeoutMs: 1_000.5 }, '/timeoutMs'],
    [{ ...minimal, secret: '' }, '/secret'],
    [{ ...minimal, secret: 'whsec_short' }, '/secret'],
    [{ ...minimal, secret: null }, '/secret'],
    [{ ...minimal, enabled: 'yes' }, '/enabled'],
    [{ ...minimal, description: '\0' }, '/description'],
    [{ ...minimal, metadata: { a: 1 } }, '/metadata/a'],
  ])('refuses %j', async (body, pointer) => {
    const { json } = await api.call('POST', path, { body });
    expect(json).toMatchObject({ status: 422, code: 'invalid_request' });
    expect((json['errors'] as { pointer: string }[]).map((part) => part.pointer)).toContain(
      pointer,
    );
  });

  it('takes an empty schedule as a single attempt', async () => {
    const { json } = await api.call('POST', path, { body: { ...minimal, retrySchedule: [] } });
    expect(json['retrySchedule']).toEqual([]);
  });

  it('holds the limit of endpoints, also when many are created at once', async () => {
    const full = '/v1/tenants/full/endpoints';
    await api.pool.query(
      `INSERT INTO endpoints (id, environment, tenant, url, event_types, filters, match, require, format,
         description, metadata, enabled)
       SELECT lowest_uuid_at(now() + n * interval '1 millisecond'), 'test', 'full', 'https://x.example.com/',
         '{*}', '{}', 'any', '{}', 'standard', '', '{}', false
       FROM generate_series(1, $1) AS n`,
      [maxEndpointsPerTenant - 3],
    );
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => api.call('POST', full, { body: minimal })),
    );
    const statuses = answers.map(({ status }) => status).toSorted((a, b) => a - b);
    expect(statuses).toEqual([201, 201, 201, 409, 409, 409, 409, 409]);
    const refused = answers.find(({ status }) => status === 409);
    expect(refused?.json).toMatchObject({ code: 'endpoint_limit' });

    const created = answers.find(({ status }) => status === 201);
    await api.call('DELETE', String(created?.headers.get('location')));
    expect((await api.call('POST', full, { body: minimal })).status).toBe(201);
  });
});

describe('changing an endpoint', () => {
  it('changes what is given, and null restores the default', async () => {
    const at = await create(whole);
    const patch = {
      url: 'https://other.example.com/x?key=1',
      retrySchedule: null,
      timeoutMs: null,
      description: null,
      format: null,
      match: null,
    };
    const { status, json } = await api.call('PATCH', at, { body: patch });
    expect(status).toBe(200);
    expect(json).toMatchObject({
      url: patch.url,
      eventTypes: whole.eventTypes,
      filters: whole.filters,
      retrySchedule: defaultRetryScheduleSeconds,
      timeoutMs: 15_000,
      batchSize: 5_000,
      description: '',
      format: 'standard',
      match: 'any',
    });
    expect((await api.call('GET', at)).json).toEqual(json);
  });

  it('merges objects and removes members by null', async () => {
    const at = await create(whole);
    const body = {
      filters: { plan: null, tier: ['gold'] },
      metadata: { team: 'b' },
      headers: { 'X-Team': null, 'x-new': '1' },
    };
    const headers = { 'content-type': 'application/merge-patch+json' };
    const { json } = await api.call('PATCH', at, { body, headers });
    expect(json).toMatchObject({
      headerNames: ['authorization', 'x-new'],
      metadata: { owner: 'ops', team: 'b' },
    });
    expect(json['filters']).toEqual({ 'data./a~1b': ['1'], tier: ['gold'] });
    const cleared = await api.call('PATCH', at, { body: { filters: null, headers: null } });
    expect(cleared.json).toMatchObject({ filters: {}, headerNames: [] });
  });

  it.each([
    [{ url: 'https://169.254.169.254/' }, '/url'],
    [{ url: null }, '/url'],
    [{ eventTypes: null }, '/eventTypes'],
    [{ eventTypes: ['a b'] }, '/eventTypes/0'],
    [{ headers: { host: 'x' } }, '/headers/host'],
    [{ headers: { Authorization: 'x' } }, '/headers/authorization'],
    [{ filters: { 'data.x': ['1'] } }, '/filters/data.x'],
    [{ secret: 'another' }, '/secret'],
    [{ tenant: 'other' }, '/tenant'],
  ])('refuses %j and leaves it as it was', async (body, pointer) => {
    const at = await create(whole);
    const before = await api.call('GET', at);
    const { json } = await api.call('PATCH', at, { body });
    expect(json).toMatchObject({ status: 422, code: 'invalid_request' });
    expect((json['errors'] as { pointer: string }[]).map((part) => part.pointer)).toContain(
      pointer,
    );
    expect((await api.call('GET', at)).json).toEqual(before.json);
  });

  it('shows one whose format came with a catalog that is not here any more, until it gets another', async () => {
    const own = '/v1/tenants/outlived/endpoints';
    const made = await api.call('POST', own, { body: minimal });
    const at = String(made.headers.get('location'));
    await api.pool.query(`UPDATE endpoints SET format = 'of-old' WHERE tenant = 'outlived'`);
    expect((await api.call('GET', own)).json).toMatchObject({ data: [{ format: 'of-old' }] });
    const event = { type: 'job.end', data: {} };
    const sent = await api.call('POST', '/v1/tenants/outlived/events', { body: event });
    expect(sent.json).toMatchObject({ deliveries: [] });
    const matching = await api.call(
      'GET',
      `/v1/tenants/outlived/events/${String(sent.json['id'])}/matching`,
    );
    expect(matching.text).toContain('the format of-old, whose catalog is not here any more');
    const change = { description: 'kept' };
    const refused = await api.call('PATCH', at, { body: change });
    expect(refused.json).toMatchObject({ status: 422, errors: [{ pointer: '/format' }] });
    const changed = await api.call('PATCH', at, { body: { ...change, format: null } });
    expect(changed.json).toMatchObject({ ...change, format: 'standard' });
  });

  it('loses neither of two changes made at once', async () => {
    const at = await create();
    await Promise.all(
      Array.from({ length: 8 }, (_, n) =>
        api.call('PATCH', at, { body: { metadata: { [`m${n}`]: 'x' } } }),
      ),
    );
    const { json } = await api.call('GET', at);
    expect(Object.keys(json['metadata'] as object)).toHaveLength(8);
  });

  it('disables and enables, in each way', async () => {
    const at = await create();
    const off = { enabled: false, disabledReason: 'owner', disabledAt: expect.any(String) };
    const on = { enabled: true, disabledReason: null, disabledAt: null };
    expect((await api.call('POST', `${at}/disable`)).json).toMatchObject(off);
    expect((await api.call('POST', `${at}/disable`)).json).toMatchObject(off);
    expect((await api.call('POST', `${at}/enable`, { body: {} })).json).toMatchObject(on);
    expect((await api.call('PATCH', at, { body: { enabled: false } })).json).toMatchObject(off);
    expect((await api.call('PATCH', at, { body: { enabled: null } })).json).toMatchObject(on);
  });

  it('deletes', async () => {
    const at = await create();
    expect((await api.call('DELETE', at)).status).toBe(204);
    expect((await api.call('GET', at)).status).toBe(404);
    expect((await api.call('DELETE', at)).status).toBe(404);
    expect((await api.call('PATCH', at, { body: {} })).status).toBe(404);
    expect((await api.call('POST', `${at}/secret/rotate`, { body: {} })).status).toBe(404);
  });
});

describe('listing endpoints', () => {
  it('goes page by page, newest first', async () => {
    const list = '/v1/tenants/many/endpoints';
    const made: unknown[] = [];
    for (let n = 0; n < 5; n += 1) {
      made.unshift((await api.call('POST', list, { body: minimal })).json);
    }
    const first = await api.call('GET', `${list}?limit=3`);
    expect(first.json['data']).toEqual(made.slice(0, 3));
    const second = await api.call(
      'GET',
      `${list}?limit=3&cursor=${String(first.json['nextCursor'])}`,
    );
    expect(second.json).toEqual({ data: made.slice(3), nextCursor: null });
    const exact = await api.call('GET', `${list}?limit=5`);
    expect(exact.json['nextCursor']).toBeNull();
  });
});

function names(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, n) => [`x-${n}`, '1']));
}
