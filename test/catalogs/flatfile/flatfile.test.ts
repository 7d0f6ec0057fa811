import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../../src/config/packageRoot.js';
import { onlyDelivery } from '../../e2e/apiClient.js';
import { useTestService } from '../../e2e/useTestService.js';
import { type Example, npmPackage } from '../../examples/installExample.js';
import { eventually } from '../../setup/eventually.js';
import { allRows } from '../allRows.js';
import { addCustomer } from '../customer.js';
import { installTimeoutMs, startCustomerReceiver } from '../startCustomerReceiver.js';

const folder = 'test/catalogs/flatfile';
const type = 'portalImportSubmitted';
const types = [type, 'workspaceRecordsAdded', 'recordStatusModified'];

/** The body in Flatfile's documentation, without the line breaks that it is shown with. */
const documented = JSON.parse(
  readFileSync(join(packageRoot, folder, 'fixtures', `${type}.json`), 'utf8'),
) as Body;
const documentedBody = JSON.stringify(documented);
const { env, scope } = documented;
const payload = documented.payload[type];

const customersReceiver: Example = {
  ...{ name: 'flatfile-express', source: `${folder}/receivers/express`, path: '/webhooks' },
  ...npmPackage,
  start: [process.execPath, 'receiver.js'],
};

interface Body {
  env: object;
  scope: Record<string, unknown>;
  type: string;
  payload: Record<string, object>;
}

const { service, newReceiver } = await useTestService();
const receiver = await newReceiver();

const bodiesAt = (path: string): string[] =>
  receiver.requests.filter(({ url }) => url === path).map(({ body }) => body.toString('utf8'));

/** A tenant with an endpoint for all of Flatfile's types, and what comes of data that is sent. */
async function tenant(name: string) {
  const client = await service.clientOf(name);
  const path = `/${name}`;
  const endpoint = await client.createEndpoint(receiver.url + path, {
    eventTypes: types,
    format: 'flatfile',
  });
  return {
    client,
    endpoint,
    /** The body that the endpoint gets. */
    deliver: async (data: unknown, eventType = type): Promise<{ id: string; body: string }> => {
      const text = typeof data === 'string' ? data : JSON.stringify(data);
      const event = await client.send(`{"type":"${eventType}","data":${text}}`);
      await client.until(onlyDelivery(event), 'delivered');
      return { id: event.id, body: bodiesAt(path).at(-1) ?? '' };
    },
    refusal: async (data: unknown): Promise<Record<string, unknown>> => {
      const answer = await client.call('POST', 'events', { body: { type, data } });
      return JSON.parse(answer.text) as Record<string, unknown>;
    },
    storedEvents: async (): Promise<number> => {
      const { text } = await client.call('GET', 'events');
      return (JSON.parse(text) as { data: unknown[] }).data.length;
    },
  };
}

describe('the body', () => {
  it('is that of the documentation, byte for byte', async () => {
    const { deliver } = await tenant('documented');
    expect((await deliver({ env, scope, payload })).body).toBe(documentedBody);
    // In whatever order the product has them.
    expect((await deliver({ payload, scope, env })).body).toBe(documentedBody);
  });

  it('has what the product gave unchanged', async () => {
    const { deliver } = await tenant('unchanged');
    const counts = '{ "totalRows": 3, "validRows":2,"invalidRows" :1, "ratio":0.10 }';
    const given = '{"eventId":"e", "n":12345678901234567890,"s":"\\u00e9\\/"}';
    const { body } = await deliver(` { "env" : {"a" : 1.0} ,"scope":${given},"payload":${counts}}`);
    expect(body).toBe(
      `{"env":{"a" : 1.0},"scope":${given},"type":"${type}","payload":{"${type}":${counts}}}`,
    );
  });

  it("has the event's bare id where the product gives none, and {} for no env", async () => {
    const { deliver } = await tenant('filled');
    const { eventId: _given, ...rest } = scope;
    for (const [given, others] of [
      [rest, Object.entries(rest)],
      [{}, []],
    ] as const) {
      const { id, body } = await deliver({ scope: given, payload });
      const sent = JSON.parse(body) as Body;
      expect(Object.entries(sent.scope)).toEqual([['eventId', id.replace('evt_', '')], ...others]);
      expect(sent.scope['eventId']).toMatch(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/);
      expect(body).toMatch(/^\{"env":\{\},"scope":/);
    }
  });

  it.each([
    ['workspaceRecordsAdded', { totalRecords: 2, validRecords: 1, invalidRecords: 1 }],
    ['recordStatusModified', { status: 'accepted', recordIds: [1, 'r2'] }],
  ])('of %s wraps its payload under the type, too', async (other, inner) => {
    const { deliver } = await tenant(`wraps-${other}`);
    const { body } = await deliver({ env, scope, payload: inner }, other);
    expect(body).toBe(JSON.stringify({ env, scope, type: other, payload: { [other]: inner } }));
  });

  it(
    'is read by a receiver written for Flatfile',
    { timeout: installTimeoutMs },
    async (context) => {
      const running = await startCustomerReceiver(customersReceiver, context);
      const client = await service.clientOf('program');
      await client.createEndpoint(running.url, { eventTypes: [type], format: 'flatfile' });
      const data = { env: { userId: 'u-1' }, scope, payload };
      const event = await client.send({ type, data });
      const { attempts } = await client.until(onlyDelivery(event), 'delivered');
      expect(attempts).toHaveLength(1);
      await eventually(() =>
        expect(running.output()).toContain(
          'GET /rest/batch/dfb18803-a1b7-45be-b773-0154860463f1/rows: 50 rows, 50 valid, 0 invalid, from John Doe of Acme Inc. (u-1)\n',
        ),
      );
    },
  );
});

describe('a subscription', () => {
  it('gets the chosen events alone, which are offered in the words of the documentation', async () => {
    const client = await service.clientOf('chosen');
    const { text } = await client.call('GET', '/v1/event-types?limit=250');
    const offered = (JSON.parse(text) as { data: Record<string, unknown>[] }).data
      .filter(({ catalog }) => catalog === 'flatfile')
      .map(({ name, title, availability }) => [name, title, availability]);
    expect(offered).toEqual([
      [type, 'Import submitted', 'Portal only'],
      ['recordStatusModified', 'Record status modified', 'Portal and Workspaces'],
      ['workspaceRecordsAdded', 'New records added', 'Workspaces only'],
    ]);
    await client.createEndpoint(`${receiver.url}/chosen`, {
      eventTypes: [type, 'recordStatusModified'],
      format: 'flatfile',
    });
    const added = { totalRecords: 1, validRecords: 1, invalidRecords: 0 };
    const send = (name: string, inner: object) =>
      client.send({ type: name, data: { scope, payload: inner } });
    expect((await send('workspaceRecordsAdded', added)).deliveries).toEqual([]);
    expect(
      (await send('recordStatusModified', { status: 's', recordIds: [1] })).deliveries.length,
    ).toBe(1);
    expect((await send(type, payload ?? {})).deliveries.length).toBe(1);
  });

  it('in test never fires for production, nor the other way round', async () => {
    const fired: string[] = [];
    for (const environment of ['test', 'production'] as const) {
      const client = await service.clientOf('environments', environment);
      await client.createEndpoint(`${receiver.url}/environments/${environment}`, {
        eventTypes: [type],
        format: 'flatfile',
      });
    }
    for (const environment of ['production', 'test'] as const) {
      const client = await service.clientOf('environments', environment);
      const event = await client.send({ type, data: { env: { environment }, scope, payload } });
      await client.until(onlyDelivery(event), 'delivered');
      fired.push(environment);
      for (const other of ['production', 'test']) {
        const got = bodiesAt(`/environments/${other}`).map(
          (body) => (JSON.parse(body) as Body).env,
        );
        expect(got).toEqual(fired.includes(other) ? [{ environment: other }] : []);
      }
    }
  });

  it('can be tried with the sample payload, before it is saved and after', async () => {
    const client = await service.clientOf('samples');
    // Nobody has signed the claims of a sample.
    await addCustomer(client, 'HS256');
    const url = `${receiver.url}/samples`;
    const unsaved = { url, format: 'flatfile', eventType: type };
    expect(await client.post('endpoints/test', unsaved)).toMatchObject({ outcome: 'success' });
    const saved = { eventTypes: types, format: 'flatfile' };
    const shown = (await client.post('endpoints?dryRun=true', { url, ...saved })) as {
      samples: { eventType: string; body: string }[];
    };
    const { id } = await client.createEndpoint(url, saved);
    await client.post(`endpoints/${id}/test`, { eventType: type });
    expect(bodiesAt('/samples')).toEqual([documentedBody, documentedBody]);
    const samples = Object.fromEntries(shown.samples.map((one) => [one.eventType, one.body]));
    expect(Object.keys(samples).toSorted()).toEqual(types.toSorted());
    expect(samples[type]).toBe(documentedBody);
  });
});

describe('data that breaks the schema', () => {
  const good = { env: {}, scope, payload };
  it.each<[string, unknown, string]>([
    ['is no object', [], '/data'],
    ['has no scope', { payload }, '/data'],
    ['has no payload', { scope }, '/data'],
    ['has a member of no meaning', { ...good, extra: 1 }, '/data'],
    ['has null as env', { ...good, env: null }, '/data/env'],
    ['has a list as env', { ...good, env: [] }, '/data/env'],
    ['has a number as event id', { ...good, scope: { eventId: 1 } }, '/data/scope/eventId'],
    ['has a text as team id', { ...good, scope: { teamId: '1' } }, '/data/scope/teamId'],
    ['wraps the payload itself', { ...good, payload: { [type]: payload } }, '/data/payload'],
    ['lacks a count', { ...good, payload: { totalRows: 1, validRows: 1 } }, '/data/payload'],
    [
      'has half a row',
      { ...good, payload: { ...payload, validRows: 0.5 } },
      '/data/payload/validRows',
    ],
    [
      'has minus a row',
      { ...good, payload: { ...payload, validRows: -1 } },
      '/data/payload/validRows',
    ],
  ])('since it %s is refused', async (_, data, pointer) => {
    const { refusal, storedEvents } = await tenant(`schema-${Math.random()}`);
    expect(await refusal(data)).toMatchObject({
      status: 422,
      code: 'data_breaks_schema',
      errors: expect.arrayContaining([expect.objectContaining({ pointer })]) as unknown,
    });
    expect(await storedEvents()).toBe(0);
  });
});

describe('env', () => {
  it.each([
    ['RS256', 'pem'],
    ['RS256', 'jwk'],
    ['ES256', 'pem'],
    ['ES256', 'jwk'],
    ['HS256', 'pem'],
  ] as const)('signed with %s, the key given as %s, is the claim alone', async (algorithm, as) => {
    const { client, deliver } = await tenant(`signed-${algorithm}-${as}`);
    const customer = await addCustomer(client, algorithm, { as });
    const seconds = Math.floor(Date.now() / 1_000);
    const token = await customer.sign({
      ...{ iss: 'customer', sub: 'u-1', aud: 'flatfile', jti: 'j', role: 'admin' },
      ...{ exp: seconds + 60, nbf: seconds - 60, iat: seconds },
      env: { userId: 'u-1', nested: { iss: 'stays' } },
    });
    const { body } = await deliver({ env: token, scope, payload });
    expect((JSON.parse(body) as Body).env).toEqual({ userId: 'u-1', nested: { iss: 'stays' } });
    expect(body).not.toContain('customer');
  });

  it('without the claim, or absent, is {}', async () => {
    const { client, deliver } = await tenant('no-claim');
    const customer = await addCustomer(client, 'ES256');
    const token = await customer.sign({ sub: 'u-1' });
    expect((await deliver({ env: token, scope, payload })).body).toBe(documentedBody);
    expect((await deliver({ scope, payload })).body).toBe(documentedBody);
  });

  it('is verified with several keys at once, until the old one is deleted', async () => {
    const { client, deliver, refusal } = await tenant('rotation');
    const old = await addCustomer(client, 'RS256');
    const next = await addCustomer(client, 'RS256', { kid: 'next' });
    for (const token of [
      await old.sign({ env: { n: 1 } }),
      await next.sign({ env: { n: 1 } }),
      await next.sign({ env: { n: 1 } }, { kid: 'next' }),
    ]) {
      const { body } = await deliver({ env: token, scope, payload });
      expect(body).toMatch(/^\{"env":\{"n":1\},/);
    }
    const misnamed = await old.sign({ env: {} }, { kid: 'next' });
    expect(await refusal({ env: misnamed, scope, payload })).toMatchObject({
      code: 'claims_refused',
    });
    expect((await client.call('DELETE', `jwt-keys/${old.keyId}`)).status).toBe(204);
    const late = await old.sign({ env: { n: 1 } });
    expect(await refusal({ env: late, scope, payload })).toMatchObject({ code: 'claims_refused' });
  });

  it('that is no JWT of the tenant is refused, and no event made', async () => {
    const { client, endpoint, refusal, storedEvents } = await tenant('refusals');
    const customer = await addCustomer(client, 'HS256');
    const stranger = await addCustomer(await service.clientOf('stranger'), 'HS256');
    const seconds = Math.floor(Date.now() / 1_000);
    const [header, claims, signature] = (await customer.sign({ env: {} })).split('.');
    const others = (await customer.sign({ env: { admin: true } })).split('.')[1];
    const none = Buffer.from('{"alg":"none"}').toString('base64url');
    for (const [token, words] of [
      [await stranger.sign({ env: {} }), 'signature'],
      [`${header}.${others}.${signature}`, 'signature'],
      [`${none}.${claims}.`, 'alg is "none"'],
      [`${none}.${claims}.${signature}`, 'alg is "none"'],
      [await customer.sign({ env: {}, exp: seconds - 61 }), 'expired'],
      [await customer.sign({ env: {}, nbf: seconds + 90 }), 'not valid before'],
      [await customer.sign({ env: ['a'] }), 'must be an object'],
      [await customer.sign({ env: 'a' }), 'must be an object'],
      [await customer.sign({ env: null }), 'must be an object'],
      ['not a token', 'no JWT'],
      ['', 'no JWT'],
      [{ userId: 'u-1' }, 'must be a JWT'],
    ] as const) {
      const detail = expect.stringContaining(words) as string;
      expect(await refusal({ env: token, scope, payload })).toMatchObject({
        status: 422,
        code: 'claims_refused',
        detail,
        errors: [{ pointer: '/data/env', detail }],
      });
    }
    expect(await storedEvents()).toBe(0);
    expect(await client.call('GET', `deliveries?endpointId=${endpoint.id}`)).toMatchObject({
      text: '{"data":[],"nextCursor":null}',
    });
  });

  it('that is a text is refused while the tenant has no key, saying where keys are put', async () => {
    const { refusal, deliver } = await tenant('no-key');
    const other = await addCustomer(await service.clientOf('other-key'), 'RS256');
    expect(await refusal({ env: await other.sign({ env: {} }), scope, payload })).toMatchObject({
      status: 422,
      code: 'claims_refused',
      errors: [{ pointer: '/data/env', detail: expect.stringContaining('/jwt-keys') as string }],
    });
    const { body } = await deliver({ env: { a: 1 }, scope, payload });
    expect(body).toMatch(/^\{"env":\{"a":1\},/);
  });

  it('is verified of each line of a bulk submission', async () => {
    const { client } = await tenant('bulk');
    const customer = await addCustomer(client, 'ES256');
    const tokens = [await customer.sign({ env: { n: 1 } }), 'a.b.c', {}];
    const lines = tokens.map((token) =>
      JSON.stringify({ type, data: { env: token, scope, payload } }),
    );
    const { text } = await client.call('POST', 'events/bulk', {
      body: lines.join('\n'),
      headers: { 'content-type': 'application/x-ndjson' },
    });
    const results = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { status: number });
    expect(results.map(({ status }) => status)).toEqual([202, 422, 422]);
    await eventually(() => expect(bodiesAt('/bulk')).toHaveLength(1));
  });

  it('is stored as the claim; the token is in no table', async () => {
    const { client, deliver } = await tenant('unstored');
    const customer = await addCustomer(client, 'HS256');
    const token = await customer.sign({ sub: 'never-stored', env: { a: 1 } });
    const { id } = await deliver({ env: token, scope, payload });
    const body = { type, data: { env: token, scope, payload } };
    const headers = { 'idempotency-key': 'once' };
    for (const again of [false, true]) {
      const answer = await client.call('POST', 'events', { body, headers });
      expect(answer.headers.get('idempotency-replayed')).toBe(again ? 'true' : null);
    }
    const { text } = await client.call('GET', `events/${id}`);
    expect(text).toContain('"env":{"a":1}');
    const parts = token.split('.');
    for (const [table, rows] of await allRows(service.pool)) {
      for (const part of [...parts, 'never-stored']) expect(rows, table).not.toContain(part);
    }
  });
});
