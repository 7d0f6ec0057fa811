import {
  createHmac,
  createPublicKey,
  createSecretKey,
  type KeyObject,
  timingSafeEqual,
  verify,
} from 'node:crypto';
import { BoundedMemo } from '../../domain/boundedMemo.js';
import type { JwtAlgorithm } from '../../domain/jwtAlgorithms.js';
import type { JwtKeyToVerify } from '../../store/jwtKeys.js';
import { readJwt, type UnverifiedJwt } from './readJwt.js';

/** How far the clocks of signer and service may differ. */
const leewaySeconds = 60;
/** Reading a public key takes ten times as long as verifying with it. */
const keyObjects = new BoundedMemo<KeyObject>(10_000);

export interface JwtVerification {
  /** Those of the tenant: all that may have signed. */
  keys: readonly JwtKeyToVerify[];
  /** The shared secret of a key that has one. */
  openSecret: (key: JwtKeyToVerify) => string;
  nowMs: number;
}

/**
 * The claims of a JWT (RFC 7519) that one of the keys has signed, each by name as the JSON text that it came as; or
 * why it is refused, in words for its sender. `exp` and `nbf` hold with 60 s of leeway where they are given; no other
 * registered claim is judged.
 *
 * Synchronous, so that events are still decided about without waiting (ARCHITECTURE.md, decisions).
 */
export function verifyJwt(
  token: string,
  { keys, openSecret, nowMs }: JwtVerification,
): ReadonlyMap<string, string> | string {
  const jwt = readJwt(token);
  if (typeof jwt === 'string') return jwt;
  const candidates = candidatesFor(jwt, keys);
  if (typeof candidates === 'string') return candidates;
  if (!candidates.some((key) => isSignedWith(jwt, keyObjectOf(key, openSecret), key.algorithm))) {
    return `The JWT's signature was made with none of the tenant's JWT keys for ${jwt.algorithm}`;
  }
  return timeProblem(jwt, nowMs / 1_000) ?? jwt.claims;
}

/** Keys of the token's algorithm alone, or a public key could be taken for a shared secret (RFC 8725, section 3.1). */
function candidatesFor(
  { algorithm, kid }: UnverifiedJwt,
  keys: readonly JwtKeyToVerify[],
): JwtKeyToVerify[] | string {
  const named = kid === null ? undefined : keys.find((key) => key.kid === kid);
  if (named !== undefined) {
    if (named.algorithm === algorithm) return [named];
    return `The JWT says ${algorithm}, and the key that its kid names is for ${named.algorithm}`;
  }
  const ofAlgorithm = keys.filter((key) => key.algorithm === algorithm);
  if (ofAlgorithm.length > 0) return ofAlgorithm;
  return `The JWT says ${algorithm}, for which the tenant has no JWT key`;
}

/** By the key's id: what a key is never changes. */
function keyObjectOf(key: JwtKeyToVerify, openSecret: (key: JwtKeyToVerify) => string): KeyObject {
  return keyObjects.of(key.id, () =>
    key.publicKey === null
      ? createSecretKey(openSecret(key), 'utf8')
      : createPublicKey(key.publicKey),
  );
}

function isSignedWith(
  { signed, signature }: UnverifiedJwt,
  key: KeyObject,
  algorithm: JwtAlgorithm,
): boolean {
  if (algorithm === 'HS256') {
    const expected = createHmac('sha256', key).update(signed).digest();
    return expected.length === signature.length && timingSafeEqual(expected, signature);
  }
  // RFC 7518, section 3.4: R and S beside each other, not in DER; RS256 doesn't look at it.
  return verify('sha256', signed, { key, dsaEncoding: 'ieee-p1363' }, signature);
}

function timeProblem({ claims }: UnverifiedJwt, nowSeconds: number): string | null {
  const expires = claims.get('exp');
  const notBefore = claims.get('nbf');
  if ([expires, notBefore].some((text) => text !== undefined && !isNumber(text))) {
    return "The JWT's exp and nbf are numbers of seconds since 1970, where they are given";
  }
  if (expires !== undefined && Number(expires) + leewaySeconds <= nowSeconds) {
    return `The JWT expired at ${shownTime(expires)} (exp)`;
  }
  if (notBefore !== undefined && Number(notBefore) - leewaySeconds > nowSeconds) {
    return `The JWT is not valid before ${shownTime(notBefore)} (nbf)`;
  }
  return null;
}

function isNumber(json: string): boolean {
  return typeof JSON.parse(json) === 'number';
}

/** As a date where there is one for the number. */
function shownTime(seconds: string): string {
  const date = new Date(Number(seconds) * 1_000);
  return Number.isNaN(date.getTime()) ? seconds.slice(0, 20) : date.toISOString();
}
