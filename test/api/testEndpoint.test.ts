import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Receiver, startReceiver } from '../setup/receiver.js';
import { startTestApi, type TestApi } from './startTestApi.js';

let api: TestApi;
let receiver: Receiver;
beforeAll(async () => {
  [api, receiver] = await Promise.all([startTestApi(), startReceiver()]);
});
afterAll(() => Promise.all([api.stop(), receiver.close()]));

async function create(fields: object = {}): Promise<string> {
  const body = { url: `${receiver.url}/in?a=1`, eventTypes: ['x'], ...fields };
  const { headers, text } = await api.call('POST', '/v1/tenants/acme/endpoints', { body });
  expect(headers.get('location'), text).not.toBeNull();
  return String(headers.get('location'));
}

describe('testing an endpoint', () => {
  it('sends the sample of the type, signed, with the custom headers, and stores no event', async () => {
    const sample = '{"n": 12345678901234567890.10}';
    await api.call('PUT', '/v1/event-types/job.end', { body: `{"sample":${sample}}` });
    const at = await create({ headers: { 'x-team': 'a' } });
    const secret = String((await api.call('GET', `${at}/secret`)).json['secret']);
    receiver.setScript(() => ({ status: 202, body: 'thanks', headers: { 'x-reply': 'yes' } }));
    const index = receiver.requests.length;
    const { status, json } = await api.call('POST', `${at}/test`, {
      body: { eventType: 'job.end' },
    });
    expect(status).toBe(200);
    expect(json).toMatchObject({
      eventType: 'job.end',
      outcome: 'success',
      status: 202,
      failure: null,
      responseBody: 'thanks',
      responseHeaders: { 'x-reply': 'yes' },
      responseTruncated: false,
    });
    const request = receiver.requests[index];
    expect(request?.url).toBe('/in?a=1');
    expect(request?.headers['x-team']).toBe('a');
    expect(request?.headers['webhook-id']).toBe(json['webhookId']);
    const body = request?.body.toString('utf8') ?? '';
    expect(body).toContain(`"data":${sample}`);
    new Webhook(secret).verify(body, request?.headers as Record<string, string>);
    const { rowCount } = await api.pool.query('SELECT 1 FROM events');
    expect(rowCount).toBe(0);
  });

  it('makes up data for a type without a sample', async () => {
    const at = await create({ format: 'raw' });
    const index = receiver.requests.length;
    await api.call('POST', `${at}/test`, { body: { eventType: 'undeclared' } });
    expect(receiver.requests[index]?.body.toString('utf8')).toBe('{"message":"This is a test."}');
  });

  it('answers 200 when the receiver failed, and tries once', async () => {
    const at = await create();
    receiver.setScript(() => ({ status: 503, body: 'busy' }));
    const before = receiver.requests.length;
    const { status, json } = await api.call('POST', `${at}/test`, { body: { eventType: 'x' } });
    expect(status).toBe(200);
    expect(json).toMatchObject({ outcome: 'failure', status: 503, failure: 'status' });
    expect(receiver.requests.length).toBe(before + 1);
  });

  it('answers 200 when the receiver is silent or away', async () => {
    receiver.setScript(() => ({ delayMs: 3_000 }));
    const silent = await create({ timeoutMs: 500 });
    const hung = await api.call('POST', `${silent}/test`, { body: { eventType: 'x' } });
    expect(hung.json).toMatchObject({ outcome: 'failure', status: null, failure: 'timed out' });
    const closed = await startReceiver();
    await closed.close();
    const away = await create({ url: closed.url });
    const refused = await api.call('POST', `${away}/test`, { body: { eventType: 'x' } });
    expect(refused.json).toMatchObject({ outcome: 'failure', failure: 'unreachable' });
  });

  it('works on a disabled endpoint', async () => {
    receiver.setScript(() => ({}));
    const at = await create({ enabled: false });
    const { json } = await api.call('POST', `${at}/test`, { body: { eventType: 'x' } });
    expect(json).toMatchObject({ outcome: 'success', status: 200 });
  });

  it.each([
    [{}, '/eventType'],
    [{ eventType: 'a b' }, '/eventType'],
    [{ eventType: 'a', data: 1 }, '/data'],
  ])('refuses %j', async (body, pointer) => {
    const { json } = await api.call('POST', `${await create()}/test`, { body });
    expect(json).toMatchObject({ status: 422, errors: [{ pointer }] });
  });
});
