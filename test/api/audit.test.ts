import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { append, openImport } from './imports/importScene.js';
import { startTestApi, type Answered, type TestApi } from './startTestApi.js';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

interface Entry {
  id: string;
  at: string;
  tenant: string | null;
  action: string;
  subject: string;
  actor: { kind: string; keyId: string | null; name: string };
  changes: Record<string, { from: unknown; to: unknown }>;
  requestId: string | null;
}

/** Newest first. */
async function entries(query: string, key = api.key): Promise<Entry[]> {
  const { status, json, text } = await api.call('GET', `/v1/audit${query}`, { key });
  expect(status, text).toBe(200);
  return json['data'] as Entry[];
}

/** Of a thing, oldest first, without who and when. */
async function told(subject: string): Promise<[string, Entry['changes']][]> {
  const found = await entries(`?limit=250&subject=${encodeURIComponent(subject)}`);
  return found.toReversed().map(({ action, changes }) => [action, changes]);
}

async function done(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answered> {
  const answer = await api.call(method, path, { ...(body === undefined ? {} : { body }), headers });
  expect(answer.status, answer.text).toBeLessThan(300);
  return answer;
}

const url = 'https://hooks.example.com/in';
const eventTypes = ['*'];

async function makeEndpoint(tenant: string, fields: object = {}): Promise<string> {
  const body = { url, eventTypes, ...fields };
  return String((await done('POST', `/v1/tenants/${tenant}/endpoints`, body)).json['id']);
}

describe('the audit log tells of an endpoint', () => {
  it('each change, by whom, when and from what to what', async () => {
    const key = await api.makeKey({ name: 'deploy' });
    const path = '/v1/tenants/acme/endpoints';
    const headers = { 'x-key': 'old value' };
    const made = await api.call('POST', path, { key, body: { url, eventTypes, headers } });
    const id = String(made.json['id']);
    const [created] = await entries(`?subject=${id}`);
    expect(created).toMatchObject({
      id: expect.stringMatching(/^aud_/) as string,
      tenant: 'acme',
      action: 'endpoint.created',
      actor: { kind: 'key', keyId: expect.stringMatching(/^key_/) as string, name: 'deploy' },
      changes: {
        url: { from: null, to: url },
        enabled: { from: null, to: true },
        headers: { from: null, to: { 'x-key': '…' } },
      },
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
    });
    expect(Math.abs(Date.parse(String(created?.at)) - Date.now())).toBeLessThan(60_000);
    const patch = {
      url: `${url}?token=t`,
      headers: { 'x-key': 'new value' },
      timeoutMs: 5_000,
    };
    await done('PATCH', `${path}/${id}`, patch);
    // What it is already, in other words.
    await done('PATCH', `${path}/${id}`, { ...patch, eventTypes, enabled: true });
    await done('PATCH', `${path}/${id}`, { url: `${url}?token=u`, timeoutMs: null });
    await done('DELETE', `${path}/${id}`);
    expect((await told(id)).slice(1)).toEqual([
      [
        'endpoint.changed',
        {
          url: { from: url, to: `${url}?…` },
          headers: { from: { 'x-key': '…' }, to: { 'x-key': '…' } },
          timeoutMs: { from: null, to: 5_000 },
        },
      ],
      [
        'endpoint.changed',
        { url: { from: `${url}?…`, to: `${url}?…` }, timeoutMs: { from: 5_000, to: null } },
      ],
      [
        'endpoint.deleted',
        {
          url: { from: `${url}?…`, to: null },
          eventTypes: { from: ['*'], to: null },
          format: { from: 'standard', to: null },
          description: { from: '', to: null },
        },
      ],
    ]);
  });

  it('that is closed and opened, where that changes something', async () => {
    const id = await makeEndpoint('acme');
    const path = `/v1/tenants/acme/endpoints/${id}`;
    for (const what of ['pause', 'pause', 'resume', 'resume', 'disable', 'disable', 'enable']) {
      await done('POST', `${path}/${what}`);
    }
    await done('PATCH', path, { enabled: false });
    const off = { enabled: { from: true, to: false }, disabledReason: { from: null, to: 'owner' } };
    const on = { enabled: { from: false, to: true }, disabledReason: { from: 'owner', to: null } };
    expect((await told(id)).slice(1)).toEqual([
      ['endpoint.paused', { paused: { from: false, to: true } }],
      ['endpoint.resumed', { paused: { from: true, to: false } }],
      ['endpoint.disabled', off],
      ['endpoint.enabled', on],
      ['endpoint.disabled', off],
    ]);
  });

  it('whose secret is rotated, once for an idempotency key that comes again', async () => {
    const id = await makeEndpoint('acme');
    const path = `/v1/tenants/acme/endpoints/${id}/secret/rotate`;
    const first = await done('POST', path, {}, { 'idempotency-key': 'rotate' });
    const again = await done('POST', path, {}, { 'idempotency-key': 'rotate' });
    expect(first.headers.get('idempotency-replayed')).toBe(null);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    await done('POST', path, { overlapSeconds: 0 });
    expect((await told(id)).slice(1)).toEqual([
      ['endpoint.secret_rotated', { secretVersions: { from: [1], to: [2, 1] } }],
      ['endpoint.secret_rotated', { secretVersions: { from: [2, 1], to: [3] } }],
    ]);
  });

  it('nothing where a change is refused', async () => {
    const id = await makeEndpoint('acme');
    const path = `/v1/tenants/acme/endpoints/${id}`;
    const rotate = { overlapSeconds: 600 };
    const answers = [
      await api.call('PATCH', path, { body: { timeoutMs: 1, description: 'x' } }),
      await api.call('PATCH', path.replace('acme', 'other'), { body: { description: 'x' } }),
    ];
    for (let n = 0; n < 8; n += 1) {
      answers.push(await api.call('POST', `${path}/secret/rotate`, { body: rotate }));
    }
    const refused = answers.filter(({ status }) => status >= 400);
    expect(refused.map(({ json }) => json['code'])).toContain('secret_limit');
    expect(await told(id)).toHaveLength(1 + answers.length - refused.length);
  });

  it('each of many changes at once, in their order: from what the one before had made of it', async () => {
    const id = await makeEndpoint('acme', { description: '0' });
    const path = `/v1/tenants/acme/endpoints/${id}`;
    await Promise.all(
      Array.from({ length: 12 }, (_, n) => done('PATCH', path, { description: `${n + 1}` })),
    );
    const changes = (await told(id)).slice(1).map(([, { description }]) => description);
    expect(changes).toHaveLength(12);
    let is: unknown = '0';
    for (const change of changes) {
      expect(change?.from).toBe(is);
      is = change?.to;
    }
    expect((await api.call('GET', path)).json['description']).toBe(is);
  });
});

describe('the audit log tells of', () => {
  it('tenants', async () => {
    const path = '/v1/tenants/audited';
    await done('PUT', path, { name: 'A' });
    await done('PUT', path, { name: 'A' });
    await done('PUT', path, { name: 'B', metadata: { plan: 'x' } });
    await done('DELETE', path);
    expect(await told('audited')).toEqual([
      ['tenant.created', { name: { from: null, to: 'A' }, metadata: { from: null, to: {} } }],
      [
        'tenant.changed',
        { name: { from: 'A', to: 'B' }, metadata: { from: {}, to: { plan: 'x' } } },
      ],
      [
        'tenant.deleted',
        { name: { from: 'B', to: null }, metadata: { from: { plan: 'x' }, to: null } },
      ],
    ]);
  });

  it('a tenant that several create at once: one creates it, the others change it', async () => {
    const puts = Array.from({ length: 8 }, (_, n) =>
      done('PUT', '/v1/tenants/contended', { name: `${n}` }),
    );
    await Promise.all(puts);
    const all = await told('contended');
    expect(all.map(([action]) => action)).toEqual([
      'tenant.created',
      ...Array.from({ length: 7 }, () => 'tenant.changed'),
    ]);
    for (const [index, [, { name }]] of all.entries()) {
      expect(name?.from).toBe(index === 0 ? null : all[index - 1]?.[1]['name']?.to);
    }
  });

  it('event types', async () => {
    const path = '/v1/event-types/audited.type';
    await done('PUT', path, { title: 'T', schema: { type: 'object' } });
    await done('PUT', path, { title: 'T', schema: { type: 'object' } });
    await done('PUT', path, { title: 'U', schema: { type: 'object' } });
    await done('DELETE', path);
    const schema = '{"type":"object"}';
    expect(await told('audited.type')).toEqual([
      [
        'event_type.created',
        { title: { from: null, to: 'T' }, schema: { from: null, to: schema } },
      ],
      ['event_type.changed', { title: { from: 'T', to: 'U' } }],
      [
        'event_type.deleted',
        { title: { from: 'U', to: null }, schema: { from: schema, to: null } },
      ],
    ]);
  });

  it('the environment', async () => {
    await done('PATCH', '/v1/environment', { undeclaredTypes: 'refuse' });
    await done('PATCH', '/v1/environment', { undeclaredTypes: 'refuse' });
    await done('PATCH', '/v1/environment', { undeclaredTypes: null });
    expect(await told('test')).toEqual([
      ['environment.changed', { undeclaredTypes: { from: null, to: 'refuse' } }],
      ['environment.changed', { undeclaredTypes: { from: 'refuse', to: null } }],
    ]);
  });

  it('API keys', async () => {
    const { json } = await done('POST', '/v1/api-keys', {
      name: 'n',
      scopes: ['read'],
      tenant: 'acme',
    });
    const id = String(json['id']);
    await done('DELETE', `/v1/api-keys/${id}`);
    const [displayPrefix, scopes] = [json['displayPrefix'], ['read']];
    expect(await told(id)).toEqual([
      [
        'api_key.created',
        {
          name: { from: null, to: 'n' },
          scopes: { from: null, to: scopes },
          displayPrefix: { from: null, to: displayPrefix },
        },
      ],
      [
        'api_key.revoked',
        {
          name: { from: 'n', to: null },
          scopes: { from: scopes, to: null },
          displayPrefix: { from: displayPrefix, to: null },
        },
      ],
    ]);
    expect((await entries(`?subject=${id}&limit=1`))[0]?.tenant).toBe('acme');
  });

  it('JWT keys', async () => {
    const body = { algorithm: 'HS256', secret: 'x'.repeat(40), kid: 'k' };
    const id = String((await done('POST', '/v1/tenants/acme/jwt-keys', body)).json['id']);
    await done('DELETE', `/v1/tenants/acme/jwt-keys/${id}`);
    const all = await told(id);
    expect(all).toMatchObject([
      ['jwt_key.created', { kid: { from: null, to: 'k' }, algorithm: { from: null, to: 'HS256' } }],
      ['jwt_key.deleted', { kid: { from: 'k', to: null } }],
    ]);
  });

  it('deliveries that are retried and cancelled, not of events accepted', async () => {
    await makeEndpoint('delivering');
    const event = { type: 'a.b', data: 1 };
    const { json } = await done('POST', '/v1/tenants/delivering/events', event);
    const [delivery] = json['deliveries'] as { id: string }[];
    const path = `/v1/tenants/delivering/deliveries/${delivery?.id}`;
    await done('POST', `${path}/retry`);
    await done('POST', `${path}/cancel`);
    expect((await api.call('POST', `${path}/cancel`)).status).toBe(409);
    await done('POST', `${path}/retry`);
    const moment = expect.stringMatching(/Z$/) as string;
    expect(await told(String(delivery?.id))).toEqual([
      ['delivery.retried', { nextAttemptAt: { from: moment, to: moment } }],
      [
        'delivery.cancelled',
        { state: { from: 'pending', to: 'cancelled' }, nextAttemptAt: { from: moment, to: null } },
      ],
      [
        'delivery.retried',
        {
          state: { from: 'cancelled', to: 'pending' },
          round: { from: 1, to: 2 },
          nextAttemptAt: { from: null, to: moment },
        },
      ],
    ]);
    const actions = (await entries('?tenant=delivering')).map(({ action }) => action);
    expect(actions.toReversed()).toEqual([
      'endpoint.created',
      'delivery.retried',
      'delivery.cancelled',
      'delivery.retried',
    ]);
  });

  it('recoveries', async () => {
    const endpointId = await makeEndpoint('recovering');
    const path = '/v1/tenants/recovering/recoveries';
    const { json } = await done('POST', path, { endpointIds: [endpointId] });
    const id = String(json['id']);
    await done('POST', `${path}/${id}/cancel`);
    await done('POST', `${path}/${id}/cancel`);
    expect(await told(id)).toEqual([
      [
        'recovery.created',
        {
          endpointIds: { from: null, to: [endpointId] },
          states: { from: null, to: ['failed'] },
          ratePerSecond: { from: null, to: 100 },
          total: { from: null, to: 0 },
        },
      ],
      ['recovery.cancelled', { state: { from: 'running', to: 'cancelled' } }],
    ]);
    const own = `/v1/tenants/recovering/endpoints/${endpointId}/recover`;
    const other = String((await done('POST', own, {})).json['id']);
    expect(await told(other)).toMatchObject([['recovery.created', {}]]);
  });

  it('imports that are paused, resumed and cancelled', async () => {
    const ids = [await makeEndpoint('acme'), await makeEndpoint('acme')];
    const path = await openImport(api, { eventTypes: ['sheet.rows'] });
    await done('PUT', '/v1/event-types/sheet.rows', { rows: 'all' });
    for (const id of ids) {
      await done('PATCH', `/v1/tenants/acme/endpoints/${id}`, { eventTypes: ['sheet.rows'] });
    }
    await append(api, path, ['{"data":{"a":1}}']);
    const { json } = await done('POST', `${path}/complete`);
    const [event] = json['events'] as { deliveries: { id: string }[] }[];
    const deliveries = (event?.deliveries ?? []).map(({ id }) => id).toSorted();
    expect(deliveries).toHaveLength(2);
    for (const what of ['pause', 'pause', 'resume', 'cancel', 'cancel']) {
      await done('POST', `${path}/${what}`);
    }
    const unfinished = await openImport(api);
    await done('POST', `${unfinished}/cancel`);
    const nameOf = (of: string): string => of.slice(of.lastIndexOf('/') + 1);
    expect(await told(nameOf(path))).toEqual([
      ['import.paused', { pausedDeliveries: { from: [], to: deliveries } }],
      ['import.resumed', { pausedDeliveries: { from: deliveries, to: [] } }],
      ['import.cancelled', { openDeliveries: { from: deliveries, to: [] } }],
    ]);
    expect(await told(nameOf(unfinished))).toEqual([
      ['import.cancelled', { state: { from: 'open', to: 'cancelled' } }],
    ]);
  });
});

describe('GET /v1/audit', () => {
  it('lists page by page, and by tenant, action and time', async () => {
    const id = await makeEndpoint('listed');
    const path = `/v1/tenants/listed/endpoints/${id}`;
    for (let n = 0; n < 4; n += 1) await done('PATCH', path, { description: `${n}` });
    const all = await entries('?tenant=listed');
    expect(all.map(({ action }) => action)).toEqual([
      ...Array.from({ length: 4 }, () => 'endpoint.changed'),
      'endpoint.created',
    ]);
    const first = await api.call('GET', '/v1/audit?tenant=listed&limit=3');
    expect(first.json['data']).toEqual(all.slice(0, 3));
    const cursor = String(first.json['nextCursor']);
    expect(await entries(`?tenant=listed&limit=3&cursor=${cursor}`)).toEqual(all.slice(3));
    expect(await entries('?tenant=listed&action=endpoint.created')).toEqual(all.slice(4));
    const at = String(all[2]?.at);
    const [after, before] = [
      await entries(`?tenant=listed&after=${at}`),
      await entries(`?tenant=listed&before=${at}`),
    ];
    expect([...after, ...before]).toEqual(all);
    expect(after.map((one) => one.id)).toContain(all[2]?.id);
  });

  it("shows to a tenant's key what was done to its tenant, of its environment alone", async () => {
    await makeEndpoint('keyed');
    await done('PUT', '/v1/event-types/of.nobody', {});
    const key = await api.makeKey({ tenant: 'keyed' });
    const seen = await entries('?limit=250', key);
    expect(new Set(seen.map(({ tenant }) => tenant))).toEqual(new Set(['keyed']));
    const others = await api.call('GET', '/v1/audit?tenant=acme', { key });
    expect(others.json).toMatchObject({ status: 404, code: 'not_found' });
    const production = await api.makeKey({ environment: 'production' });
    const there = await entries('?limit=250', production);
    expect(there.map(({ action }) => action)).toEqual(['api_key.created']);
  });

  it('needs the scope admin', async () => {
    const key = await api.makeKey({ scopes: ['read', 'send', 'endpoints'] });
    expect((await api.call('GET', '/v1/audit', { key })).status).toBe(403);
  });

  it.each(['tenant=a%20b', 'limit=0', 'cursor=x', 'action=endpoint.eaten', 'subject=', 'other=1'])(
    'refuses ?%s',
    async (query) => {
      const { json } = await api.call('GET', `/v1/audit?${query}`);
      expect(json).toMatchObject({ status: 400, code: 'bad_request' });
    },
  );
});
