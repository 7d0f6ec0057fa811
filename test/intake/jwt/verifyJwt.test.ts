import { createHmac, generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import { type JWTPayload, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import type { JwtAlgorithm } from '../../../src/domain/jwtAlgorithms.js';
import { verifyJwt } from '../../../src/intake/jwt/verifyJwt.js';
import type { JwtKeyToVerify } from '../../../src/store/jwtKeys.js';

const nowMs = Date.parse('2026-01-31T12:00:00Z');
const now = nowMs / 1_000;
const secret = '0123456789abcdef0123456789abcdef';

interface Signer {
  key: JwtKeyToVerify;
  sign: (claims: JWTPayload, header?: Record<string, unknown>) => Promise<string>;
}

/** A key of a tenant, and what its customers' servers do with the other half of it. */
function signer(algorithm: JwtAlgorithm, kid: string | null = null): Signer {
  const pair = pairOf(algorithm);
  const key: JwtKeyToVerify = {
    id: randomUUID(),
    kid,
    algorithm,
    publicKey: pair?.publicKey.export({ type: 'spki', format: 'pem' }).toString() ?? null,
    secretSealed: pair === null ? secret : null,
  };
  const signingKey = pair?.privateKey ?? Buffer.from(secret);
  return {
    key,
    sign: (claims, header = {}) =>
      new SignJWT(claims).setProtectedHeader({ alg: algorithm, ...header }).sign(signingKey),
  };
}

function pairOf(algorithm: JwtAlgorithm): { publicKey: KeyObject; privateKey: KeyObject } | null {
  if (algorithm === 'HS256') return null;
  return algorithm === 'RS256'
    ? generateKeyPairSync('rsa', { modulusLength: 2_048 })
    : generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

function verified(token: string, ...signers: Signer[]): unknown {
  const claims = verifyJwt(token, {
    keys: signers.map(({ key }) => key),
    openSecret: ({ secretSealed }) => secretSealed ?? '',
    nowMs,
  });
  return typeof claims === 'string' ? claims : Object.fromEntries(claims);
}

function encoded(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return Buffer.from(text).toString('base64url');
}

/** A token with these very texts as header and claims, rightly signed with the shared secret. */
function handmade(header: unknown, claims: unknown): string {
  const signed = `${encoded(header)}.${encoded(claims)}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

const rsa = signer('RS256');
const ec = signer('ES256');
const shared = signer('HS256');
const all = [rsa, ec, shared];

describe('a JWT', () => {
  it.each(all.map((one) => [one.key.algorithm, one] as const))(
    'of %s is verified among all keys, its claims kept as text',
    async (_, one) => {
      const token = await one.sign({ env: { a: 1 }, sub: 's' });
      expect(verified(token, ...all)).toEqual({ env: '{"a":1}', sub: '"s"' });
    },
  );

  it('keeps numbers as they were signed', () => {
    const token = handmade({ alg: 'HS256' }, '{"env": {"n":12345678901234567890, "m":1.10}}');
    expect(verified(token, shared)).toEqual({ env: '{"n":12345678901234567890, "m":1.10}' });
  });

  it('is verified with each of several keys, so that they can be changed one by one', async () => {
    const other = signer('RS256');
    for (const one of [rsa, other]) {
      expect(verified(await one.sign({ a: 1 }), rsa, other)).toEqual({ a: '1' });
    }
  });

  it('is verified with the key alone that its kid names', async () => {
    const first = signer('RS256', 'first');
    const second = signer('RS256', 'second');
    const keys = [first, second, signer('ES256', 'third')];
    expect(verified(await second.sign({ a: 1 }, { kid: 'second' }), ...keys)).toEqual({ a: '1' });
    expect(verified(await second.sign({ a: 1 }, { kid: 'unknown' }), ...keys)).toEqual({ a: '1' });
    expect(verified(await second.sign({ a: 1 }, { kid: 'first' }), ...keys)).toContain('signature');
    expect(verified(await second.sign({ a: 1 }, { kid: 'third' }), ...keys)).toBe(
      'The JWT says RS256, and the key that its kid names is for ES256',
    );
  });

  it('signed with another key is refused', async () => {
    for (const algorithm of ['RS256', 'ES256'] as const) {
      expect(verified(await signer(algorithm).sign({ a: 1 }), ...all)).toBe(
        `The JWT's signature was made with none of the tenant's JWT keys for ${algorithm}`,
      );
    }
    const [header, claims] = (await shared.sign({ a: 1 })).split('.');
    for (const signature of ['', 'AAAA', 'A'.repeat(43)]) {
      expect(verified(`${header}.${claims}.${signature}`, ...all)).toContain('signature');
    }
  });

  it.each(['RS256', 'ES256'] as const)(
    'with a signature of %s that is cut, empty or in DER is refused',
    async (algorithm) => {
      const one = all.find(({ key }) => key.algorithm === algorithm) ?? rsa;
      const [header, claims, signature = ''] = (await one.sign({ a: 1 })).split('.');
      for (const other of ['', 'AAAA', signature.slice(4), `${signature}AAAA`, encoded('0E')]) {
        expect(verified(`${header}.${claims}.${other}`, ...all)).toContain('signature');
      }
    },
  );

  it('whose claims were changed is refused', async () => {
    const [header, , signature] = (await rsa.sign({ env: { admin: false } })).split('.');
    const changed = `${header}.${encoded({ env: { admin: true } })}.${signature}`;
    expect(verified(changed, rsa)).toContain('signature');
  });

  it('that takes a public key for a shared secret is refused', () => {
    const signed = `${encoded({ alg: 'HS256' })}.${encoded({ env: {} })}`;
    const key = rsa.key.publicKey ?? '';
    const token = `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
    expect(verified(token, rsa)).toBe('The JWT says HS256, for which the tenant has no JWT key');
    expect(verified(token, rsa, shared)).toContain('signature');
  });

  it.each([
    [{ alg: 'none' }, `The JWT's alg is "none"; it may be RS256, ES256, HS256`],
    [{ alg: 'None' }, `The JWT's alg is "None"; it may be RS256, ES256, HS256`],
    [{ alg: 'HS512' }, `The JWT's alg is "HS512"; it may be RS256, ES256, HS256`],
    [{}, "The JWT's alg is missing; it may be RS256, ES256, HS256"],
    [{ alg: ['HS256'] }, `The JWT's alg is ["HS256"]; it may be RS256, ES256, HS256`],
    [{ alg: 'HS256', crit: ['b64'] }, "The JWT's header has crit, of which nothing is supported"],
    [[], "The JWT's header is no JSON object"],
    ['{"alg":"HS256","alg":"none"}', "The JWT's header is no JSON object"],
  ])('with the header %j is refused', (header, reason) => {
    expect(verified(handmade(header, { env: {} }), ...all)).toBe(reason);
    const [first, second] = handmade(header, { env: {} }).split('.');
    expect(verified(`${first}.${second}.`, ...all)).toBe(reason);
  });

  it.each([['[]'], ['"a"'], ['{"a":1'], ['{"env":{},"env":{}}'], ['\u0000']])(
    'with the claims %j is refused',
    (claims) => {
      expect(verified(handmade({ alg: 'HS256' }, claims), shared)).toContain('claims');
    },
  );

  it.each([[''], ['a'], ['a.b'], ['a.b.c.d'], ['a.b.c.d.e.f.g'], ['a.b=.c'], ['{}.{}.x'], ['...']])(
    'is not %j',
    (token) => {
      expect(verified(token, ...all)).toBe(
        'This is no JWT: three parts in base64url, joined by dots',
      );
    },
  );

  it('holds from nbf to exp, with 60 s of leeway', async () => {
    for (const claims of [{ exp: now - 59 }, { nbf: now + 60 }, { exp: now + 1, nbf: now - 1 }]) {
      expect(verified(await rsa.sign(claims), rsa)).toHaveProperty(Object.keys(claims)[0] ?? '');
    }
    expect(verified(await rsa.sign({ exp: now - 60 }), rsa)).toBe(
      'The JWT expired at 2026-01-31T11:59:00.000Z (exp)',
    );
    expect(verified(await rsa.sign({ nbf: now + 61 }), rsa)).toBe(
      'The JWT is not valid before 2026-01-31T12:01:01.000Z (nbf)',
    );
  });

  it.each([['"soon"'], ['null'], ['"1e99"'], ['[1]']])('with exp %s is refused', (exp) => {
    const token = handmade({ alg: 'HS256' }, `{"exp":${exp}}`);
    expect(verified(token, shared)).toContain('numbers of seconds');
  });

  it('that expires at no date that there is, holds or has expired', () => {
    expect(verified(handmade({ alg: 'HS256' }, '{"exp":1e300}'), shared)).toEqual({ exp: '1e300' });
    expect(verified(handmade({ alg: 'HS256' }, '{"exp":-1e300}'), shared)).toBe(
      'The JWT expired at -1e300 (exp)',
    );
  });

  it('is verified with no key of a tenant that has none', async () => {
    expect(verified(await rsa.sign({}))).toContain('no JWT key');
  });
});
