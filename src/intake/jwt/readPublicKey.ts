import { createHash, createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import type { JwtAlgorithm } from '../../domain/jwtAlgorithms.js';

export interface PublicKey {
  /** SPKI. */
  pem: string;
  /** SHA-256 (RFC 7638), base64url. */
  thumbprint: string;
  /** What a JWK says it is called; null: nothing. */
  kid: string | null;
}

/** RFC 7518, section 3.3, asks for 2048 bits; verifying with more than 4096 would hold up other events. */
const minRsaBits = 2_048;
const maxRsaBits = 4_096;
/** 65537 as a rule. One as long as the modulus would make a verification a hundred times as long. */
const maxRsaExponent = 2n ** 32n;

/** A public key for an algorithm, from PEM or JWK; or why it can't be one, in words for its owner, without repeating it. */
export function readPublicKey(
  algorithm: Exclude<JwtAlgorithm, 'HS256'>,
  given: string | Record<string, unknown>,
): PublicKey | string {
  const problem = typeof given === 'string' ? pemProblem(given) : jwkProblem(algorithm, given);
  if (problem !== null) return problem;
  const key = parsed(given);
  if (key === null)
    return "This can't be read as a public key; give it as PEM (SPKI) or JWK, whole";
  return (
    keyProblem(algorithm, key) ?? {
      pem: key.export({ type: 'spki', format: 'pem' }).toString(),
      thumbprint: thumbprintOf(key),
      kid: typeof given === 'object' && typeof given['kid'] === 'string' ? given['kid'] : null,
    }
  );
}

const privateKey =
  'This is a private key, which only the signer may have; it was not stored. Give the public key';

function pemProblem(pem: string): string | null {
  if (pem.includes('PRIVATE KEY')) return privateKey;
  if (pem.includes('BEGIN CERTIFICATE')) {
    return 'This is a certificate, whose dates nothing here would check; give its public key: `openssl x509 -pubkey -noout`';
  }
  if (!/^\s*-----BEGIN (?:RSA )?PUBLIC KEY-----/.test(pem)) {
    return 'PEM begins with -----BEGIN PUBLIC KEY-----; a JWK is given as a JSON object';
  }
  return null;
}

/** Members that only private keys have (RFC 7518, sections 6.2.2 and 6.3.2). */
const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth'];

function jwkProblem(algorithm: JwtAlgorithm, jwk: Record<string, unknown>): string | null {
  if (privateMembers.some((name) => name in jwk)) return privateKey;
  if ('k' in jwk) return 'This is a shared secret; give it as secret, with the algorithm HS256';
  if ('keys' in jwk) return 'This is a set of keys; give each by itself';
  const { alg = algorithm, use = 'sig' } = jwk;
  if (alg !== algorithm)
    return `The JWK is for another algorithm (alg); ${algorithm} was asked for`;
  if (use !== 'sig') return 'The JWK is not for signatures (use); one for them has "use": "sig"';
  return null;
}

function parsed(given: string | Record<string, unknown>): KeyObject | null {
  try {
    return typeof given === 'string'
      ? createPublicKey(given)
      : createPublicKey({ key: given as JsonWebKey, format: 'jwk' });
  } catch {
    // Whatever OpenSSL says of it is of no help to its owner.
    return null;
  }
}

function keyProblem(algorithm: JwtAlgorithm, key: KeyObject): string | null {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details = {} } = key;
  const wantedType = algorithm === 'RS256' ? 'rsa' : 'ec';
  if (type !== wantedType) {
    return `${algorithm} needs a key of the type ${wantedType.toUpperCase()}, and this is one of ${String(type).toUpperCase()}`;
  }
  if (algorithm === 'ES256') {
    return details.namedCurve === 'prime256v1'
      ? null
      : `ES256 needs a key on the curve P-256, and this is on ${details.namedCurve}`;
  }
  const { modulusLength: bits = 0, publicExponent: exponent = 0n } = details;
  if (bits < minRsaBits || bits > maxRsaBits) {
    return `RS256 needs an RSA key of ${minRsaBits} to ${maxRsaBits} bits, and this has ${bits}`;
  }
  if (exponent < 3n || exponent > maxRsaExponent) {
    return 'The RSA key has an unusual public exponent; make one with 65537, as every tool does';
  }
  return null;
}

/** The members that RFC 7638, section 3.2, asks for, in the order of their names. */
function thumbprintOf(key: KeyObject): string {
  const { crv, e, kty, n, x, y } = key.export({ format: 'jwk' });
  const members = kty === 'EC' ? { crv, kty, x, y } : { e, kty, n };
  return createHash('sha256').update(JSON.stringify(members)).digest('base64url');
}
