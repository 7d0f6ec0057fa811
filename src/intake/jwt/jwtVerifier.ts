import type { AcceptContext } from '../../catalogs/catalog.js';
import type { TenantRef } from '../../domain/refs.js';
import { type JwtKeyToVerify, openJwtSecret } from '../../store/jwtKeys.js';
import type { Sealer } from '../../store/sealer.js';
import { verifyJwt } from './verifyJwt.js';

/** Verifies what the tenant signs; null where it has no key. */
export function jwtVerifier(
  sealer: Sealer,
  tenant: TenantRef,
  keys: readonly JwtKeyToVerify[],
  nowMs: number,
): AcceptContext['verifyJwt'] {
  if (keys.length === 0) return null;
  const openSecret = (key: JwtKeyToVerify): string => openJwtSecret(sealer, tenant, key);
  return (token) => verifyJwt(token, { keys, openSecret, nowMs });
}
