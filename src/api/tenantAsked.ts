import { Problem } from '../domain/problem.js';
import type { Principal } from './principal.js';

/**
 * The tenant that a request over all tenants is about: that of `?tenant=`, a tenant's own key's, or null for all. Throws
 * `not_found` where a tenant's key asks for another.
 */
export function tenantAsked(principal: Principal, asked: string | undefined): string | null {
  if (principal.tenant === null || asked === principal.tenant) return asked ?? null;
  if (asked === undefined) return principal.tenant;
  const detail = 'There is no such tenant, or it is not yours.';
  throw new Problem('not_found', detail, [{ pointer: '#query/tenant', detail }]);
}
