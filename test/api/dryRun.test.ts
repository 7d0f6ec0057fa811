import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateSecret } from '../../src/delivery/signing/generateSecret.js';
import { maxEndpointsPerTenant } from '../../src/domain/limits.js';
import { type Receiver, startReceiver } from '../setup/receiver.js';
import { startTestApi, type TestApi } from './startTestApi.js';

let api: TestApi;
let receiver: Receiver;
beforeAll(async () => {
  [api, receiver] = await Promise.all([startTestApi(), startReceiver()]);
  await api.call('PUT', '/v1/event-types/job.end', { body: `{"sample":${sample}}` });
  await api.call('PUT', '/v1/event-types/job.list', { body: '{"sample":[1]}' });
  await api.call('PUT', '/v1/event-types/other', { body: {} });
});
afterAll(() => Promise.all([api.stop(), receiver.close()]));

const sample = '{"n": 12345678901234567890.10}';
const endpoints = '/v1/tenants/acme/endpoints';
const dry = (body: unknown, tenant = 'acme') =>
  api.call('POST', `/v1/tenants/${tenant}/endpoints?dryRun=true`, { body });

describe('a dry run of creating an endpoint', () => {
  it('shows the endpoint as it would be stored, its secret masked, and stores nothing', async () => {
    const body = {
      url: 'HTTPS://Hooks.Example.COM:443/a',
      eventTypes: ['unknown'],
      secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
      headers: { 'x-team': 'hunter2' },
    };
    const { status, json, text } = await dry(body, 'dry');
    expect(status).toBe(200);
    expect(json['endpoint']).toMatchObject({
      tenant: 'dry',
      url: 'https://hooks.example.com/a',
      format: 'standard',
      headerNames: ['x-team'],
      timeoutMs: 15_000,
      batchSize: 5_000,
      ...{ rateLimitPerSecond: null, maxInFlight: null, ordered: false, onFailure: 'block' },
      enabled: true,
    });
    expect(json['secret']).toMatch(/^whsec_•+$/);
    for (const hidden of ['hunter2', 'MfKQ']) expect(text).not.toContain(hidden);
    expect((await dry({ ...body, secret: 'a plain one' }, 'dry')).json['secret']).toMatch(/^•+$/);
    expect((await api.call('GET', '/v1/tenants/dry')).status).toBe(404);
    expect((await api.pool.query('SELECT FROM endpoints')).rowCount).toBe(0);
  });

  it('renders a sample of each type subscribed to, as far as the format can carry it', async () => {
    const url = 'https://hooks.example.com/';
    const { json } = await dry({ url, eventTypes: ['job.*', 'unknown', 'other'], format: 'raw' });
    const type = { 'content-type': 'application/json' };
    const made = '{"message":"This is a test."}';
    const shown = { headers: type, problem: null };
    expect(json['samples']).toEqual([
      { ...shown, eventType: 'unknown', isDeclared: false, body: made },
      { ...shown, eventType: 'other', isDeclared: false, body: made },
      { ...shown, eventType: 'job.end', isDeclared: true, body: sample },
      { ...shown, eventType: 'job.list', isDeclared: true, body: '[1]' },
    ]);
    const form = await dry({ url, eventTypes: ['job.list'], format: 'form' });
    expect(form.json['samples']).toEqual([
      {
        eventType: 'job.list',
        isDeclared: true,
        headers: {},
        body: null,
        problem: expect.stringContaining('object'),
      },
    ]);
  });

  it('refuses what creating would refuse', async () => {
    const valid = { url: 'https://hooks.example.com/', eventTypes: ['*'] };
    expect((await dry({ ...valid, url: 'https://10.0.0.1/' })).json).toMatchObject({
      status: 422,
      errors: [{ pointer: '/url' }],
    });
    expect((await dry({ url: valid.url })).json).toMatchObject({ status: 422 });
    const odd = await api.call('POST', `${endpoints}?dryRun=yes`, { body: valid });
    expect(odd.json).toMatchObject({ status: 400, errors: [{ pointer: '#query/dryRun' }] });
    await api.pool.query(
      `INSERT INTO endpoints (id, environment, tenant, url, event_types, filters, match, require, format,
         description, metadata, enabled)
       SELECT gen_random_uuid(), 'test', 'full', 'https://x.example.com/', '{*}', '{}', 'any', '{}', 'standard', '',
         '{}', true FROM generate_series(1, $1)`,
      [maxEndpointsPerTenant],
    );
    expect((await dry(valid, 'full')).json).toMatchObject({ status: 409, code: 'endpoint_limit' });
    await api.pool.query(`DELETE FROM endpoints`);
  });

  it('is not one with ?dryRun=false', async () => {
    const body = { url: 'https://hooks.example.com/', eventTypes: ['*'] };
    expect((await api.call('POST', `${endpoints}?dryRun=false`, { body })).status).toBe(201);
  });
});

describe('a test before saving', () => {
  const test = (body: unknown) => api.call('POST', `${endpoints}/test`, { body });

  it('sends the sample where it is told, with the headers, signed if there is a secret', async () => {
    receiver.setScript(() => ({ status: 202, body: 'thanks' }));
    const url = `${receiver.url}/in?a=1`;
    const body = { url, eventType: 'job.end', format: 'raw', headers: { 'x-team': 'a' } };
    const { status, json } = await test(body);
    expect(status).toBe(200);
    expect(json).toMatchObject({ outcome: 'success', status: 202, responseBody: 'thanks' });
    await test({ ...body, secret: 'a secret of theirs', signatures: ['github'] });
    const [unsigned, signed] = receiver.requests;
    expect(unsigned?.url).toBe('/in?a=1');
    expect(unsigned?.body.toString('utf8')).toBe(sample);
    expect(unsigned?.headers).toMatchObject({ 'x-team': 'a', 'webhook-id': json['webhookId'] });
    expect(unsigned?.headers['webhook-signature']).toBeUndefined();
    expect(signed?.headers['webhook-signature']).toMatch(/^v1,/);
    expect(signed?.headers['x-hub-signature-256']).toMatch(/^sha256=/);
    const { rowCount } = await api.pool.query(`SELECT FROM endpoints WHERE url LIKE $1`, [
      `${receiver.url}%`,
    ]);
    expect(rowCount).toBe(0);
  });

  it('answers 200 when the receiver failed', async () => {
    receiver.setScript(() => ({ status: 503 }));
    const { status, json } = await test({ url: receiver.url, eventType: 'x' });
    expect([status, json['outcome'], json['status']]).toEqual([200, 'failure', 503]);
  });

  it.each([
    [{ eventType: 'x' }, '/url'],
    [{ url: 'https://10.0.0.1/', eventType: 'x' }, '/url'],
    [{ url: 'https://hooks.example.com/' }, '/eventType'],
    [{ url: 'https://hooks.example.com/', eventType: 'a b' }, '/eventType'],
    [{ url: 'https://hooks.example.com/', eventType: 'x', format: 'xml' }, '/format'],
    [{ url: 'https://hooks.example.com/', eventType: 'job.list', format: 'form' }, '/format'],
    [{ url: 'https://hooks.example.com/', eventType: 'x', secret: '' }, '/secret'],
    [{ url: 'https://hooks.example.com/', eventType: 'x', signatures: ['slack'] }, '/signatures'],
    [
      {
        url: 'https://hooks.example.com/',
        eventType: 'x',
        signatures: ['slack'],
        secret: generateSecret('ed25519'),
      },
      '/signatures',
    ],
    [
      { url: 'https://hooks.example.com/', eventType: 'x', headers: { host: 'x' } },
      '/headers/host',
    ],
    [{ url: 'https://hooks.example.com/', eventType: 'x', eventTypes: [] }, '/eventTypes'],
  ])('refuses %j', async (body, pointer) => {
    const { json } = await test(body);
    expect(json).toMatchObject({ status: 422 });
    expect((json['errors'] as { pointer: string }[]).map((part) => part.pointer)).toContain(
      pointer,
    );
  });
});
