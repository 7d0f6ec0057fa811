import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Receiver, startReceiver } from '../setup/receiver.js';
import { type Answered, startTestApi, type TestApi } from './startTestApi.js';

let api: TestApi;
let receiver: Receiver;
beforeAll(async () => {
  [api, receiver] = await Promise.all([startTestApi(), startReceiver()]);
});
afterAll(() => Promise.all([api.stop(), receiver.close()]));

const endpoints = '/v1/tenants/acme/endpoints';
const endpoint = { url: 'https://hooks.example.com/', eventTypes: ['*'] };

function post(path: string, key: string, body?: unknown, apiKey = api.key): Promise<Answered> {
  return api.call('POST', path, { body, key: apiKey, headers: { 'idempotency-key': key } });
}

function isReplay({ headers }: Answered): boolean {
  return headers.get('idempotency-replayed') === 'true';
}

async function rowCount(table: string): Promise<number> {
  return (await api.pool.query(`SELECT FROM ${table}`)).rowCount ?? 0;
}

describe('an idempotency key of any POST', () => {
  it('gives the first answer again, with its Location, and does nothing again', async () => {
    const first = await post(endpoints, 'create', endpoint);
    const again = await post(endpoints, 'create', endpoint);
    expect([first.status, isReplay(first)]).toEqual([201, false]);
    expect([again.status, isReplay(again)]).toEqual([201, true]);
    expect(again.text).toBe(first.text);
    expect(again.headers.get('location')).toBe(first.headers.get('location'));
    expect(again.headers.get('content-type')).toBe(first.headers.get('content-type'));
    expect(await rowCount('endpoints')).toBe(1);
  });

  it('refuses another body', async () => {
    await post(endpoints, 'reused', endpoint);
    const other = await post(endpoints, 'reused', { ...endpoint, description: 'x' });
    expect(other.json).toMatchObject({ status: 422, code: 'idempotency_key_reused' });
    expect(isReplay(await post(endpoints, 'reused', endpoint))).toBe(true);
  });

  it('is of its environment, tenant, path and query alone', async () => {
    const made = [
      await post(endpoints, 'shared', endpoint),
      await post(endpoints, 'other', endpoint),
    ];
    const [one, other] = made.map(({ headers }) => String(headers.get('location')));
    const production = await api.makeKey({ environment: 'production' });
    const answers = [
      await post('/v1/tenants/globex/endpoints', 'shared', endpoint),
      await post(endpoints, 'shared', endpoint, production),
      await post(`${endpoints}?dryRun=true`, 'shared', endpoint),
      await post(`${one}/disable`, 'shared'),
      await post(`${other}/disable`, 'shared'),
      await post(`${other}/enable`, 'shared'),
    ];
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 200, 200, 200, 200]);
    expect(answers.map(isReplay)).not.toContain(true);
    expect(isReplay(await post(`${one}/disable`, 'shared'))).toBe(true);
  });

  it('is not used up by a refusal', async () => {
    const refused = await post(endpoints, 'refused', { ...endpoint, url: 'https://10.0.0.1/' });
    expect(refused.status).toBe(422);
    expect((await post(endpoints, 'refused', endpoint)).status).toBe(201);
  });

  it('is told to wait while the first is still being worked on', async () => {
    receiver.setScript(() => ({ delayMs: 700 }));
    const body = { url: `${receiver.url}/`, eventType: 'a' };
    const first = post(`${endpoints}/test`, 'slow', body);
    await receiver.waitFor(1);
    const meanwhile = await post(`${endpoints}/test`, 'slow', body);
    expect(meanwhile.json).toMatchObject({ status: 409, code: 'request_in_flight' });
    expect((await first).status).toBe(200);
    expect(isReplay(await post(`${endpoints}/test`, 'slow', body))).toBe(true);
    expect(receiver.requests).toHaveLength(1);
  });

  it('that comes many times at once does its work once', async () => {
    const before = await rowCount('api_keys');
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => post('/v1/api-keys', 'at-once', { name: 'x' })),
    );
    expect(await rowCount('api_keys')).toBe(before + 1);
    const statuses = new Set(answers.map(({ status }) => status));
    expect([...statuses].every((status) => status === 201 || status === 409)).toBe(true);
    expect(answers.filter((one) => one.status === 201 && !isReplay(one))).toHaveLength(1);
  });

  it('never gives a secret again, and keeps none', async () => {
    const made = await post('/v1/api-keys', 'key', { name: 'x' });
    const again = await post('/v1/api-keys', 'key', { name: 'x' });
    const { key, ...shown } = made.json;
    expect([again.status, again.json]).toEqual([201, shown]);
    expect(isReplay(again)).toBe(true);

    const at = String(
      (await api.call('POST', endpoints, { body: endpoint })).headers.get('location'),
    );
    const secret = 'a secret of theirs';
    const rotated = await post(`${at}/secret/rotate`, 'rotate', { secret });
    expect(rotated.json['secret']).toBe(secret);
    const repeated = await post(`${at}/secret/rotate`, 'rotate', { secret });
    expect(isReplay(repeated)).toBe(true);
    expect(repeated.text).not.toContain('"secret":');
    const { secrets } = repeated.json as { secrets: object[] };
    expect(secrets).toHaveLength(2);

    const url = 'https://hooks.example.com/?token=t0psecret';
    expect((await post(endpoints, 'token', { ...endpoint, url })).json['url']).toBe(url);
    expect((await post(endpoints, 'token', { ...endpoint, url })).json['url']).toBe(url);
    const { rows } = await api.pool.query('SELECT * FROM idempotency_keys');
    const stored = JSON.stringify(rows);
    for (const hidden of [String(key), secret, 't0psecret']) expect(stored).not.toContain(hidden);
  });

  it('can be used again when its process ended before it answered, and when its day is over', async () => {
    await post(endpoints, 'lost', endpoint);
    await api.pool.query(
      `UPDATE idempotency_keys SET status = NULL, response = NULL WHERE key = 'lost'`,
    );
    expect((await post(endpoints, 'lost', endpoint)).status).toBe(409);
    await api.pool.query(
      `UPDATE idempotency_keys SET expires_at = now() - interval '1 s' WHERE key = 'lost'`,
    );
    const again = await post(endpoints, 'lost', { ...endpoint, description: 'another' });
    expect([again.status, isReplay(again)]).toEqual([201, false]);
  });

  it.each(['', 'k'.repeat(256), 'schlüssel'])('may not be %j', async (key) => {
    const { json } = await post(endpoints, key, endpoint);
    expect(json).toMatchObject({
      status: 400,
      code: 'bad_request',
      errors: [{ pointer: '#header/idempotency-key' }],
    });
  });

  it('says nothing to whom the answer is not', async () => {
    await post(endpoints, 'mine', endpoint);
    const reader = await api.makeKey({ scopes: ['read'] });
    expect((await post(endpoints, 'mine', endpoint, reader)).status).toBe(403);
    expect((await post(endpoints, 'mine', endpoint, 'none')).status).toBe(401);
  });
});
