import { maxEndpointsPerTenant } from '../domain/limits.js';
import { Problem } from '../domain/problem.js';
import type { TenantRef } from '../domain/refs.js';
import type { Queryable } from './pool.js';

/** How many endpoints of a format a tenant may have in one scope; null: as many as it likes. */
export type ScopeLimits = (format: string) => number | null;

/** What limits look at. */
interface LimitedEndpoint {
  /** Null: none. */
  scope: string | null;
  format: string;
}

/** Throws `endpoint_limit` or `scope_limit` where the tenant may have no further endpoint, or none like this. */
export async function refuseOverLimit(
  db: Queryable,
  tenantRef: TenantRef,
  definition: LimitedEndpoint,
  limits: ScopeLimits,
): Promise<void> {
  const { rows } = await db.query<{ count: number }>(
    `SELECT count(*)::integer AS count FROM endpoints
     WHERE environment = $1 AND tenant = $2 AND deleted_at IS NULL AND NOT one_off`,
    [tenantRef.environment, tenantRef.tenant],
  );
  if ((rows[0]?.count ?? 0) >= maxEndpointsPerTenant) {
    throw new Problem(
      'endpoint_limit',
      `A tenant may have ${maxEndpointsPerTenant} endpoints, disabled ones included. Delete one that is not needed.`,
    );
  }
  await refuseOverScopeLimit(db, { ...tenantRef, endpointId: null }, definition, limits);
}

/** Throws `scope_limit`. `endpointId`: one that doesn't count, since it is the one that moves into the scope. */
export async function refuseOverScopeLimit(
  db: Queryable,
  { environment, tenant, endpointId }: TenantRef & { endpointId: string | null },
  { scope, format }: LimitedEndpoint,
  limits: ScopeLimits,
): Promise<void> {
  const limit = limits(format);
  if (limit === null || scope === null) return;
  const { rows } = await db.query<{ count: number }>(
    `SELECT count(*)::integer AS count FROM endpoints
     WHERE environment = $1 AND tenant = $2 AND scope = $3 AND format = $4 AND deleted_at IS NULL AND NOT one_off
       AND ($5::uuid IS NULL OR id <> $5)`,
    [environment, tenant, scope, format, endpointId],
  );
  if ((rows[0]?.count ?? 0) < limit) return;
  const detail = `${scope} has ${limit} endpoints of the format ${format}, disabled ones included, and may have no more`;
  throw new Problem('scope_limit', `${detail}. Delete one that is not needed.`, [
    { pointer: '/scope', detail },
  ]);
}
