import { createPublicKey, generateKeyPairSync, type JsonWebKey } from 'node:crypto';
import { calculateJwkThumbprint } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answered, startTestApi, type TestApi } from './startTestApi.js';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

const pathOf = (tenant: string): string => `/v1/tenants/${tenant}/jwt-keys`;
const secret = 'not-a-word-of-this-is-ever-shown';
const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pem = rsa.publicKey.export({ type: 'spki', format: 'pem' }).toString();
const privatePem = rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const jwk = ec.publicKey.export({ format: 'jwk' });

function add(body: unknown, tenant = 'acme'): Promise<Answered> {
  return api.call('POST', pathOf(tenant), { body });
}

function pemOf(key: { publicKey: { export(as: object): string | Buffer } }): string {
  return key.publicKey.export({ type: 'spki', format: 'pem' }).toString();
}

describe('JWT keys', () => {
  it('are added as PEM, shown, listed and deleted', async () => {
    const body = { algorithm: 'RS256', publicKey: pem, kid: 'k1', name: 'of 2026' };
    const made = await add(body, 'pem');
    expect(made.status).toBe(201);
    expect(made.json).toEqual({
      id: expect.stringMatching(/^jwk_/) as string,
      kid: 'k1',
      algorithm: 'RS256',
      publicKey: pem,
      thumbprint: await calculateJwkThumbprint(rsa.publicKey.export({ format: 'jwk' })),
      name: 'of 2026',
      createdAt: expect.stringMatching(/Z$/) as string,
    });
    const at = String(made.headers.get('location'));
    expect(at).toBe(`${pathOf('pem')}/${String(made.json['id'])}`);
    expect((await api.call('GET', at)).json).toEqual(made.json);
    const list = await api.call('GET', pathOf('pem'));
    expect(list.json).toEqual({ data: [made.json], nextCursor: null });
    expect((await api.call('DELETE', at)).status).toBe(204);
    expect((await api.call('GET', at)).status).toBe(404);
    expect((await api.call('DELETE', at)).status).toBe(404);
  });

  it('are added as a JWK, whose kid is theirs unless another is given', async () => {
    const publicKey = { ...jwk, kid: 'of the JWK', alg: 'ES256', use: 'sig' };
    const made = await add({ algorithm: 'ES256', publicKey }, 'jwk');
    expect(made.json).toMatchObject({
      kid: 'of the JWK',
      publicKey: pemOf(ec),
      thumbprint: await calculateJwkThumbprint(jwk),
    });
    const other = await add({ algorithm: 'ES256', publicKey, kid: 'other' }, 'jwk');
    expect(other.json['kid']).toBe('other');
  });

  it('of HS256 never show their secret, and keep it sealed', async () => {
    const headers = { 'idempotency-key': 'hs' };
    const body = { algorithm: 'HS256', secret };
    const made = await api.call('POST', pathOf('hs'), { body, headers });
    expect(made.json).toMatchObject({ publicKey: null, thumbprint: null, kid: null, name: '' });
    const again = await api.call('POST', pathOf('hs'), { body, headers });
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    const shown = await api.call('GET', String(made.headers.get('location')));
    const list = await api.call('GET', pathOf('hs'));
    expect((list.json['data'] as unknown[]).length).toBe(1);
    const { rows } = await api.pool.query('SELECT * FROM jwt_keys, idempotency_keys');
    expect(rows.length).toBeGreaterThan(0);
    for (const text of [made.text, again.text, shown.text, list.text, JSON.stringify(rows)]) {
      expect(text).not.toContain(secret);
    }
  });

  it("are of their tenant and environment alone, also for a tenant's own API key", async () => {
    const made = await add({ algorithm: 'RS256', publicKey: pem }, 'own');
    const at = String(made.headers.get('location'));
    const own = await api.makeKey({ tenant: 'own', scopes: ['read', 'endpoints'] });
    const others = await api.makeKey({ tenant: 'other' });
    const production = await api.makeKey({ environment: 'production' });
    expect((await api.call('GET', at, { key: own })).status).toBe(200);
    for (const key of [others, production]) {
      expect((await api.call('GET', at, { key })).status).toBe(404);
      expect((await api.call('DELETE', at, { key })).status).toBe(404);
    }
    expect((await api.call('GET', at.replace('/own/', '/acme/'))).status).toBe(404);
    const body = { algorithm: 'RS256', publicKey: pem };
    expect((await api.call('POST', pathOf('own'), { key: others, body })).status).toBe(404);
    expect((await api.call('POST', pathOf('own'), { key: own, body })).status).toBe(201);
  });

  it('need the scope endpoints to be added and deleted, read to be seen', async () => {
    const at = String((await add({ algorithm: 'RS256', publicKey: pem })).headers.get('location'));
    const reader = await api.makeKey({ scopes: ['read'] });
    const writer = await api.makeKey({ scopes: ['endpoints'] });
    const body = { algorithm: 'HS256', secret };
    expect((await api.call('POST', pathOf('acme'), { key: reader, body })).status).toBe(403);
    expect((await api.call('DELETE', at, { key: reader })).status).toBe(403);
    expect((await api.call('GET', at, { key: writer })).status).toBe(403);
    expect((await api.call('GET', at, { key: reader })).status).toBe(200);
    expect((await api.call('DELETE', at, { key: writer })).status).toBe(204);
  });

  it('are ten of a tenant at most, also when they come at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => add({ algorithm: 'HS256', secret }, 'many')),
    );
    const refused = answers.filter(({ status }) => status !== 201);
    expect(refused.map(({ json }) => json['code'])).toEqual(['jwt_key_limit', 'jwt_key_limit']);
    const page = await api.call('GET', `${pathOf('many')}?limit=9`);
    expect((page.json['data'] as unknown[]).length).toBe(9);
    const next = await api.call(
      'GET',
      `${pathOf('many')}?cursor=${String(page.json['nextCursor'])}`,
    );
    expect((next.json['data'] as unknown[]).length).toBe(1);
  });

  it('have each a kid of its own', async () => {
    const body = { algorithm: 'HS256', secret, kid: 'k' };
    expect((await add(body, 'kids')).status).toBe(201);
    expect((await add(body, 'kids')).json).toMatchObject({
      status: 409,
      code: 'kid_in_use',
      errors: [{ pointer: '/kid' }],
    });
    expect((await add(body, 'other-kids')).status).toBe(201);
  });

  it('go with their tenant', async () => {
    await add({ algorithm: 'HS256', secret }, 'going');
    expect((await api.call('DELETE', '/v1/tenants/going')).status).toBe(204);
    expect((await api.call('GET', pathOf('going'))).json).toEqual({ data: [], nextCursor: null });
  });
});

const smallRsa = generateKeyPairSync('rsa', { modulusLength: 1_024 });
const oddRsa = generateKeyPairSync('rsa', { modulusLength: 2_048, publicExponent: 3 });
const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' });
const ed25519 = generateKeyPairSync('ed25519');
const pss = generateKeyPairSync('rsa-pss', { modulusLength: 2_048 });
const { d: _private, ...ecPublic }: JsonWebKey = ec.privateKey.export({ format: 'jwk' });

describe('a JWT key is refused', () => {
  it.each([
    ['an EC key for RS256', { algorithm: 'RS256', publicKey: pemOf(ec) }, 'type RSA'],
    ['an RSA key for ES256', { algorithm: 'ES256', publicKey: pem }, 'type EC'],
    ['an RSA-PSS key', { algorithm: 'RS256', publicKey: pemOf(pss) }, 'RSA-PSS'],
    ['an ed25519 key', { algorithm: 'ES256', publicKey: pemOf(ed25519) }, 'ED25519'],
    ['RSA of 1024 bits', { algorithm: 'RS256', publicKey: pemOf(smallRsa) }, '2048 to 4096 bits'],
    ['another curve', { algorithm: 'ES256', publicKey: pemOf(p384) }, 'P-256'],
    ['a private key', { algorithm: 'RS256', publicKey: privatePem }, 'not stored'],
    [
      'a private key behind a public one',
      { algorithm: 'RS256', publicKey: pem + privatePem },
      'not stored',
    ],
    [
      'a private JWK',
      { algorithm: 'ES256', publicKey: ec.privateKey.export({ format: 'jwk' }) },
      'not stored',
    ],
    [
      'a shared secret as JWK',
      { algorithm: 'ES256', publicKey: { kty: 'oct', k: 'c2VjcmV0' } },
      'HS256',
    ],
    ['a set of keys', { algorithm: 'ES256', publicKey: { keys: [ecPublic] } }, 'each by itself'],
    [
      'a JWK for another algorithm',
      { algorithm: 'ES256', publicKey: { ...ecPublic, alg: 'ES384' } },
      'alg',
    ],
    ['a JWK to encrypt', { algorithm: 'ES256', publicKey: { ...ecPublic, use: 'enc' } }, 'use'],
    [
      'a JWK with an unfit kid',
      { algorithm: 'ES256', publicKey: { ...ecPublic, kid: 'a'.repeat(201) } },
      'kid',
    ],
    ['half a JWK', { algorithm: 'ES256', publicKey: { kty: 'EC', crv: 'P-256', x: 'a' } }, 'whole'],
    [
      'a certificate',
      { algorithm: 'RS256', publicKey: '-----BEGIN CERTIFICATE-----\nMIIB' },
      'openssl x509',
    ],
    ['cut PEM', { algorithm: 'RS256', publicKey: pem.slice(0, 200) }, 'whole'],
    ['text', { algorithm: 'RS256', publicKey: 'MIIBIjANBgkq' }, 'BEGIN PUBLIC KEY'],
    ['no key', { algorithm: 'RS256' }, 'Required'],
    ['HS256 with a public key', { algorithm: 'HS256', publicKey: pem }, 'no public key'],
  ])('%s', async (_, body, words) => {
    const { text, json } = await add(body, 'refused');
    expect(json).toMatchObject({
      status: 422,
      code: 'invalid_request',
      errors: [{ pointer: '/publicKey', detail: expect.stringContaining(words) as string }],
    });
    expect(text).not.toContain(privatePem.slice(60, 100));
    expect(await api.pool.query(`SELECT FROM jwt_keys WHERE tenant = 'refused'`)).toMatchObject({
      rowCount: 0,
    });
  });

  it.each([
    ['31 bytes', { algorithm: 'HS256', secret: 'a'.repeat(31) }, 'openssl rand'],
    ['513 bytes', { algorithm: 'HS256', secret: 'a'.repeat(513) }, '32 to 512 bytes'],
    ['none', { algorithm: 'HS256' }, 'Required'],
    ['a public key', { algorithm: 'HS256', secret: pem }, 'publicKey'],
    ['a line break at its end', { algorithm: 'HS256', secret: `${secret}\n` }, 'printable'],
    ['one where a public key is wanted', { algorithm: 'RS256', secret }, 'publicKey'],
  ])('for its secret: %s', async (_, body, words) => {
    const { json } = await add(body, 'refused');
    expect(json).toMatchObject({
      status: 422,
      errors: [{ pointer: '/secret', detail: expect.stringContaining(words) as string }],
    });
  });

  it.each([
    [{}, '/algorithm'],
    [{ algorithm: 'none' }, '/algorithm'],
    [{ algorithm: 'HS256', secret, kid: '' }, '/kid'],
    [{ algorithm: 'HS256', secret, kid: 'a'.repeat(201) }, '/kid'],
    [{ algorithm: 'HS256', secret, id: 'k1' }, '/id'],
    [{ algorithm: 'RS256', publicKey: 1 }, '/publicKey'],
  ])('%j', async (body, pointer) => {
    const { json } = await add(body, 'refused');
    expect(json).toMatchObject({ status: 422, code: 'invalid_request', errors: [{ pointer }] });
  });
});

it('takes RSA keys with any usual exponent', async () => {
  const made = await add({ algorithm: 'RS256', publicKey: pemOf(oddRsa) }, 'exponent');
  expect(made.status).toBe(201);
  const shown = createPublicKey(String(made.json['publicKey']));
  expect(shown.asymmetricKeyDetails?.publicExponent).toBe(3n);
  const hugeExponent = { ...rsa.publicKey.export({ format: 'jwk' }), e: 'AQAAAAAAAAAB' };
  const refused = await add({ algorithm: 'RS256', publicKey: hugeExponent }, 'exponent');
  expect(refused.text).toContain('exponent');
});
