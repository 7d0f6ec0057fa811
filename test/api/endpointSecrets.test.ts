import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readLiveSecrets } from '../../src/store/endpointSecrets.js';
import { startTestApi, type TestApi } from './startTestApi.js';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

interface Secrets {
  secret: string;
  secrets: { secret: string; expiresAt: string | null }[];
}

async function create(fields: object = {}): Promise<string> {
  const body = { url: 'https://hooks.example.com/', eventTypes: ['*'], ...fields };
  const { headers } = await api.call('POST', '/v1/tenants/acme/endpoints', { body });
  return String(headers.get('location'));
}

async function secretsOf(at: string): Promise<Secrets> {
  const { status, headers, json } = await api.call('GET', `${at}/secret`);
  expect(status).toBe(200);
  expect(headers.get('cache-control')).toBe('no-store');
  return json as unknown as Secrets;
}

async function rotate(at: string, body: object): Promise<Secrets> {
  const { status, text, json } = await api.call('POST', `${at}/secret/rotate`, { body });
  expect(status, text).toBe(200);
  return json as unknown as Secrets;
}

describe('secrets', () => {
  it('are made where none is given, each another', async () => {
    const one = await secretsOf(await create());
    const other = await secretsOf(await create());
    expect(one.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(one.secrets).toMatchObject([{ secret: one.secret, expiresAt: null }]);
    expect(other.secret).not.toBe(one.secret);
  });

  it('are as they were given', async () => {
    expect((await secretsOf(await create({ secret: '12345678' }))).secret).toBe('12345678');
  });

  it('sign beside the new one until the overlap ends', async () => {
    const at = await create({ secret: 'first' });
    const before = Date.now();
    const rotated = await rotate(at, { overlapSeconds: 600, secret: 'second' });
    expect(rotated.secret).toBe('second');
    expect(rotated.secrets.map(({ secret }) => secret)).toEqual(['second', 'first']);
    const end = Date.parse(rotated.secrets[1]?.expiresAt ?? '');
    expect(Math.abs(end - before - 600_000)).toBeLessThan(10_000);
    expect(await secretsOf(at)).toEqual({ ...rotated, rotation: null });
    const endpointId = at.split('ep_')[1] ?? '';
    const owner = { environment: 'test', tenant: 'acme', endpointId } as const;
    const live = await readLiveSecrets(api.pool, api.sealer, owner);
    expect(live.map(({ secret }) => secret)).toEqual(['second', 'first']);
  });

  it('overlap a day unless told', async () => {
    const { secrets } = await rotate(await create(), {});
    const end = Date.parse(secrets[1]?.expiresAt ?? '');
    expect(Math.abs(end - Date.now() - 86_400_000)).toBeLessThan(10_000);
  });

  it('end at once with an overlap of 0, those of earlier rotations too', async () => {
    const at = await create();
    await rotate(at, { overlapSeconds: 600 });
    const { secrets } = await rotate(at, { overlapSeconds: 0, secret: 'alone' });
    expect(secrets).toMatchObject([{ secret: 'alone', expiresAt: null }]);
  });

  it("don't live longer by a later rotation", async () => {
    const at = await create({ secret: 'first' });
    const once = await rotate(at, { overlapSeconds: 60 });
    const twice = await rotate(at, { overlapSeconds: 6_000 });
    expect(twice.secrets[2]).toEqual(once.secrets[1]);
  });

  it('are five at most, and the sixth says what to do', async () => {
    const at = await create();
    for (let n = 0; n < 4; n += 1) await rotate(at, { overlapSeconds: 600 });
    const before = await secretsOf(at);
    const { json } = await api.call('POST', `${at}/secret/rotate`, {
      body: { overlapSeconds: 600 },
    });
    expect(json).toMatchObject({ status: 409, code: 'secret_limit' });
    expect(json['detail']).toContain(before.secrets[4]?.expiresAt);
    expect(await secretsOf(at)).toEqual(before);
    expect((await rotate(at, { overlapSeconds: 0 })).secrets).toHaveLength(1);
  });

  it('of two rotations at once are both kept', async () => {
    const at = await create({ secret: 'first' });
    await Promise.all([rotate(at, { secret: 'a' }), rotate(at, { secret: 'b' })]);
    const { secrets } = await secretsOf(at);
    expect(secrets.map(({ secret }) => secret).toSorted()).toEqual(['a', 'b', 'first']);
  });

  it.each([
    [{ overlapSeconds: -1 }, '/overlapSeconds'],
    [{ overlapSeconds: 2_592_001 }, '/overlapSeconds'],
    [{ overlapSeconds: 1.5 }, '/overlapSeconds'],
    [{ secret: 'whsec_!!' }, '/secret'],
    [{ old: true }, '/old'],
  ])('are not rotated by %j', async (body, pointer) => {
    const { json } = await api.call('POST', `${await create()}/secret/rotate`, { body });
    expect(json).toMatchObject({ status: 422, code: 'invalid_request', errors: [{ pointer }] });
  });
});
