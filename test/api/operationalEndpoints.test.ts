import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { operationalTenant } from '../../src/domain/operational.js';
import { startReceiver, type Receiver } from '../setup/receiver.js';
import { startTestApi, type TestApi } from './startTestApi.js';

const short = '/v1/operational-endpoints';
const whole = `/v1/tenants/${operationalTenant}`;
const hook = {
  url: 'https://hooks.example.com/?token=a',
  eventTypes: ['everhook.*'],
  filters: { 'data./endpoint/tenant': ['acme'] },
};

let api: TestApi;
let receiver: Receiver;
beforeAll(async () => {
  [api, receiver] = await Promise.all([startTestApi(), startReceiver()]);
});
afterAll(async () => {
  await api.stop();
  await receiver.close();
});

describe('operational endpoints', () => {
  it("are a tenant's endpoints under a short path, with all that those can", async () => {
    const made = await api.call('POST', short, { body: hook });
    expect(made.status, made.text).toBe(201);
    expect(made.json).toMatchObject({ tenant: operationalTenant, url: hook.url });
    const path = `${short}/${String(made.json['id'])}`;
    expect(made.headers.get('location')).toBe(`${whole}/endpoints/${String(made.json['id'])}`);
    const change = { description: 'ours' };
    expect((await api.call('PATCH', path, { body: change })).json).toMatchObject(change);
    expect((await api.call('GET', path)).json).toMatchObject(change);
    expect((await api.call('GET', `${whole}/endpoints`)).json).toMatchObject({
      data: [{ id: made.json['id'] }],
    });
    expect((await api.call('GET', `${short}?limit=1`)).json).toMatchObject({
      data: [{ id: made.json['id'] }],
      nextCursor: null,
    });
    const secret = await api.call('GET', `${path}/secret`);
    const rotated = await api.call('POST', `${path}/secret/rotate`, { body: {} });
    expect([secret.status, rotated.status]).toEqual([200, 200]);
    expect((await api.call('GET', `${path}/stats`)).status).toBe(200);
    expect((await api.call('POST', `${path}/disable`)).json).toMatchObject({ enabled: false });
    expect((await api.call('POST', `${path}/enable`)).json).toMatchObject({ enabled: true });
    expect((await api.call('DELETE', path)).status).toBe(204);
    expect((await api.call('GET', path)).status).toBe(404);
  });

  it('are tested with the samples of what they are told', async () => {
    const body = { url: receiver.url, eventType: 'everhook.delivery.failed' };
    const tested = await api.call('POST', `${short}/test`, { body });
    expect(tested.json).toMatchObject({ outcome: 'success', status: 200 });
    expect(JSON.parse(String(receiver.requests[0]?.body))).toMatchObject({
      type: 'everhook.delivery.failed',
      data: { delivery: { eventType: 'order.paid' }, blocksOrder: false },
    });
    const all = await api.call('POST', `${short}?dryRun=true`, { body: hook });
    expect(all.status, all.text).toBe(200);
  });

  it('are not there for keys of a tenant, and are another for each environment', async () => {
    const made = await api.call('POST', short, { body: hook });
    const path = `${short}/${String(made.json['id'])}`;
    const bound = await api.makeKey({ tenant: 'acme' });
    for (const [method, at] of [
      ['GET', short],
      ['GET', path],
      ['POST', short],
    ] as const) {
      const body = method === 'POST' ? { body: hook } : {};
      expect((await api.call(method, at, { key: bound, ...body })).json).toMatchObject({
        status: 404,
        code: 'not_found',
      });
    }
    const other = await api.makeKey({ environment: 'production' });
    expect((await api.call('GET', path, { key: other })).status).toBe(404);
    expect((await api.call('GET', short, { key: null })).status).toBe(401);
    expect((await api.call('PUT', short)).status).toBe(405);
    expect((await api.call('GET', `${short}s`)).status).toBe(404);
  });
});

describe('what is for the service itself', () => {
  it.each([
    ['POST', `${whole}/events`, { type: 'a.b', data: {} }, '#path/tenant'],
    ['POST', '/v1/tenants/acme/events', { type: 'everhook.delivery.failed', data: {} }, '/type'],
    ['POST', '/v1/tenants/acme/events', { type: 'everhook.other', data: {} }, '/type'],
    ['PUT', whole, { name: 'Ours' }, '#path/tenant'],
    ['DELETE', whole, undefined, '#path/tenant'],
    ['POST', `${whole}/imports`, {}, '#path/tenant'],
    ['POST', '/v1/tenants/acme/imports', { eventTypes: ['a', 'everhook.a'] }, '/eventTypes/1'],
    ['POST', `${whole}/jwt-keys`, { algorithm: 'HS256', secret: 's'.repeat(32) }, '#path/tenant'],
  ])('is refused: %s %s %j', async (method, path, body, pointer) => {
    const { json } = await api.call(method, path, { body });
    expect(json).toMatchObject({
      status: 422,
      code: 'reserved_for_service',
      errors: [{ pointer }],
    });
  });

  it('is refused line by line in bulk, whatever catalogs are on', async () => {
    const lines = ['everhook.endpoint.failing', 'a.b'].map((type) =>
      JSON.stringify({ type, data: {} }),
    );
    const key = await api.makeKey({ environment: 'production' });
    for (const catalogs of [[], null]) {
      await api.call('PATCH', '/v1/environment', { key, body: { catalogs } });
      const { text } = await api.call('POST', '/v1/tenants/acme/events/bulk', {
        key,
        body: lines.join('\n'),
        headers: { 'content-type': 'application/x-ndjson' },
      });
      const [first, second] = text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as object);
      expect(first).toMatchObject({ status: 422, problem: { code: 'reserved_for_service' } });
      expect(second).toMatchObject({ status: 202 });
      const declared = await api.call('PUT', '/v1/event-types/everhook.endpoint.failing', {
        key,
        body: {},
      });
      expect(declared.json).toMatchObject({
        code: 'name_reserved',
        detail: expect.stringContaining("the service's own"),
      });
    }
  });
});
