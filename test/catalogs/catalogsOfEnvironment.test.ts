import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { catalogNames } from '../../src/catalogs/catalogs.js';
import { startTestApi, type TestApi } from '../api/startTestApi.js';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

const withoutFlowSessions = catalogNames.filter((name) => name !== 'flow-sessions');
const turn = (catalogs: unknown, key = api.key) =>
  api.call('PATCH', '/v1/environment', { body: { catalogs }, key });
const path = '/v1/event-types/flow.end';
const endpoint = (fields: object, tenant = 'acme') =>
  api.call('POST', `/v1/tenants/${tenant}/endpoints`, {
    body: { url: 'https://hooks.example.com/', eventTypes: ['*'], ...fields },
  });
const submit = (body: object) => api.call('POST', '/v1/tenants/acme/events', { body });
const ofFlow = { format: 'flow-sessions', scope: 'flow:onboarding' };

describe('the catalogs of an environment', () => {
  it('are all on, until some are turned off, and null turns all on again', async () => {
    expect((await api.call('GET', '/v1/environment')).json).toMatchObject({
      catalogs: catalogNames,
    });
    expect((await turn(withoutFlowSessions)).json).toMatchObject({ catalogs: withoutFlowSessions });
    const production = await api.makeKey({ environment: 'production' });
    const other = await api.call('GET', '/v1/environment', { key: production });
    expect(other.json).toMatchObject({ catalogs: catalogNames });
    const kept = await api.call('PATCH', '/v1/environment', { body: { undeclaredTypes: null } });
    expect(kept.json).toMatchObject({ catalogs: withoutFlowSessions });
    expect((await turn(null)).json).toMatchObject({ catalogs: catalogNames });
  });

  it('are those that there are', async () => {
    expect((await turn(['flow-sessions', 'none'])).json).toMatchObject({
      status: 422,
      errors: [{ pointer: '/catalogs/1', detail: expect.stringContaining('flow-sessions') }],
    });
  });

  it('list their types after those declared, page by page', async () => {
    await api.call('PUT', '/v1/event-types/own', { body: {} });
    const names: string[] = [];
    let cursor: string | null = '';
    for (let page = 0; page < 100 && cursor !== null; page += 1) {
      const query = cursor === '' ? '' : `&cursor=${cursor}`;
      const { json } = await api.call('GET', `/v1/event-types?limit=2${query}`);
      names.push(...(json['data'] as { name: string }[]).map(({ name }) => name));
      cursor = json['nextCursor'] as string | null;
    }
    expect(names[0]).toBe('own');
    expect(names.slice(1)).toEqual(names.slice(1).toSorted());
    expect(new Set(names).size).toBe(names.length);
    const own = ['flow.end', 'flow.start', 'technology.end', 'technology.start'];
    expect(names).toEqual(expect.arrayContaining(own));
    const { json } = await api.call('GET', '/v1/event-types/technology.start');
    expect(json).toMatchObject({
      name: 'technology.start',
      title: 'Technology has started',
      group: 'technology',
      action: 'start',
      availability: null,
      catalog: 'flow-sessions',
      createdAt: null,
      sample: { data: { technology_code: expect.any(String) } },
    });
    await api.call('DELETE', '/v1/event-types/own');
  });

  it('reserve the names of their types while they are on', async () => {
    const reserved = {
      status: 409,
      code: 'name_reserved',
      detail: expect.stringContaining('flow-sessions'),
      errors: [{ pointer: '#path/name' }],
    };
    expect((await api.call('PUT', path, { body: {} })).json).toMatchObject(reserved);
    expect((await api.call('DELETE', path)).json).toMatchObject(reserved);

    await turn(withoutFlowSessions);
    expect((await api.call('GET', path)).status).toBe(404);
    expect((await api.call('PUT', path, { body: {} })).status).toBe(201);
    for (const catalogs of [['flow-sessions'], null]) {
      expect((await turn(catalogs)).json).toMatchObject({
        status: 409,
        code: 'catalog_conflict',
        detail: expect.stringContaining('flow.end'),
        errors: [{ pointer: '/catalogs' }],
      });
    }
    expect((await api.call('DELETE', path)).status).toBe(204);
    expect((await turn(null)).status).toBe(200);
  });

  it('and a declaration of one of their names never both come through', async () => {
    for (let round = 0; round < 5; round += 1) {
      await turn(withoutFlowSessions);
      const both = await Promise.all([turn(null), api.call('PUT', path, { body: {} })]);
      expect(both.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
        expect.toSatisfy((status: number) => status < 300),
        409,
      ]);
      await turn(withoutFlowSessions);
      await api.call('DELETE', path);
    }
    await turn(null);
  });

  it('say by their schemas what their events must be, where undeclared types are refused too', async () => {
    const data = { session_id: 's', success: true, flow_name: 'f' };
    await api.call('PATCH', '/v1/environment', { body: { undeclaredTypes: 'refuse' } });
    expect((await submit({ type: 'flow.end', data })).status).toBe(202);
    expect((await submit({ type: 'flow.end', data: {} })).json).toMatchObject({
      status: 422,
      code: 'data_breaks_schema',
    });
    await turn(withoutFlowSessions);
    expect((await submit({ type: 'flow.end', data })).json).toMatchObject({
      code: 'undeclared_type',
    });
    await api.call('PATCH', '/v1/environment', { body: { undeclaredTypes: null } });
    expect((await submit({ type: 'flow.end', data: {} })).status).toBe(202);
    await turn(null);
  });
});

describe('the format of a catalog', () => {
  it('can be chosen while the catalog is on, and is kept while it is off', async () => {
    const { json: made } = await endpoint(ofFlow);
    const one = `/v1/tenants/acme/endpoints/${String(made['id'])}`;
    const other = String((await endpoint({})).json['id']);
    await turn(withoutFlowSessions);
    const off = {
      status: 422,
      detail: expect.stringMatching(/flow-sessions, which is off.*PATCH \/v1\/environment/),
      errors: [{ pointer: '/format' }],
    };
    expect((await endpoint(ofFlow)).json).toMatchObject(off);
    const dry = await api.call('POST', '/v1/tenants/acme/endpoints?dryRun=true', {
      body: { url: 'https://hooks.example.com/', eventTypes: ['*'], ...ofFlow },
    });
    expect(dry.json).toMatchObject(off);
    const changed = await api.call('PATCH', `/v1/tenants/acme/endpoints/${other}`, {
      body: ofFlow,
    });
    expect(changed.json).toMatchObject(off);
    const test = await api.call('POST', '/v1/tenants/acme/endpoints/test', {
      body: { url: 'https://hooks.example.com/', eventType: 'flow.end', format: 'flow-sessions' },
    });
    expect(test.json).toMatchObject(off);
    expect((await api.call('PATCH', one, { body: { description: 'kept' } })).status).toBe(200);
    await turn(null);
    for (const id of [String(made['id']), other])
      await api.call('DELETE', `/v1/tenants/acme/endpoints/${id}`);
  });

  it('carries the types of its catalog alone, and matching says so', async () => {
    const { json } = await endpoint(ofFlow);
    const attributes = { flow: 'onboarding' };
    const data = { session_id: 's', success: true, flow_name: 'f' };
    const wanted = await submit({ type: 'flow.end', attributes, data });
    expect(wanted.json['deliveries']).toHaveLength(1);
    const reasonOf = async (event: object): Promise<unknown> => {
      const { json: accepted } = await submit(event);
      expect(accepted['deliveries']).toEqual([]);
      const matching = await api.call(
        'GET',
        `/v1/tenants/acme/events/${String(accepted['id'])}/matching`,
      );
      return (matching.json['data'] as { reason: string }[])[0]?.reason;
    };
    expect(await reasonOf({ type: 'order.paid', attributes, data })).toBe(
      'it has the format flow-sessions, which carries types of the catalog flow-sessions alone, and order.paid is none',
    );
    expect(await reasonOf({ type: 'flow.end', attributes: { flow: 'other' }, data })).toBe(
      'its scope: flow wants onboarding; the event has other',
    );
    await turn(withoutFlowSessions);
    expect(await reasonOf({ type: 'flow.end', attributes, data })).toBe(
      'it has the format flow-sessions, whose catalog flow-sessions is off',
    );
    await turn(null);
    await api.call('DELETE', `/v1/tenants/acme/endpoints/${String(json['id'])}`);
  });

  it('is refused of a one-off endpoint for another type', async () => {
    const once = { url: 'https://once.example.com/', format: 'flow-sessions' };
    const { json } = await submit({ type: 'order.paid', data: {}, endpoint: once });
    expect(json).toMatchObject({
      status: 422,
      errors: [{ pointer: '/endpoint/format', detail: expect.stringContaining('order.paid') }],
    });
  });

  it('shows samples of the types that it carries', async () => {
    const dry = async (eventTypes: string[]): Promise<Record<string, unknown>[]> => {
      const { json, text } = await api.call('POST', '/v1/tenants/acme/endpoints?dryRun=true', {
        body: { url: 'https://hooks.example.com/', eventTypes, ...ofFlow },
      });
      expect(json['samples'], text).toBeDefined();
      return json['samples'] as Record<string, unknown>[];
    };
    const all = await dry(['*']);
    expect(all.map(({ eventType }) => eventType)).toEqual([
      ...['flow.end', 'flow.start', 'technology.end', 'technology.start'],
    ]);
    expect(all[0]).toMatchObject({ isDeclared: true, problem: null });
    expect(await dry(['order.paid'])).toMatchObject([
      { body: null, problem: expect.stringContaining('order.paid is none') },
    ]);
  });
});

describe('the scope of an endpoint', () => {
  it('is shown, changed and taken away', async () => {
    const { json } = await endpoint({ scope: 'plan:pro' }, 'scoped');
    expect(json).toMatchObject({ scope: 'plan:pro', require: {} });
    const one = `/v1/tenants/scoped/endpoints/${String(json['id'])}`;
    const changed = await api.call('PATCH', one, { body: { scope: 'plan:team' } });
    expect(changed.json).toMatchObject({ scope: 'plan:team' });
    const kept = await api.call('PATCH', one, { body: { description: 'x' } });
    expect(kept.json).toMatchObject({ scope: 'plan:team' });
    expect((await api.call('PATCH', one, { body: { scope: null } })).json).toMatchObject({
      scope: null,
    });
    for (const scope of ['plan', 'data./a:b', ':x']) {
      const bad = { status: 422, errors: [{ pointer: '/scope' }] };
      expect((await endpoint({ scope }, 'scoped')).json).toMatchObject(bad);
      expect((await api.call('PATCH', one, { body: { scope } })).json).toMatchObject(bad);
    }
  });

  it('is asked for by formats that need one', async () => {
    const needed = {
      status: 422,
      errors: [{ pointer: '/scope', detail: expect.stringContaining('flow:<value>') }],
    };
    expect((await endpoint({ format: 'flow-sessions' }, 'scoped')).json).toMatchObject(needed);
    const wrong = { format: 'flow-sessions', scope: 'plan:pro' };
    expect((await endpoint(wrong, 'scoped')).json).toMatchObject(needed);
    const { json } = await endpoint(ofFlow, 'scoped');
    const one = `/v1/tenants/scoped/endpoints/${String(json['id'])}`;
    for (const body of [{ scope: null }, { scope: 'plan:pro' }]) {
      expect((await api.call('PATCH', one, { body })).json).toMatchObject(needed);
    }
  });
});
