import type { EndpointMatcher } from '../domain/matching.js';
import type { TenantRef } from '../domain/refs.js';
import type { DisabledReason, Environment } from '../domain/words.js';
import type { JwtKeyToVerify } from './jwtKeys.js';
import type { Queryable } from './pool.js';

/** What deciding about an event needs of an endpoint. */
export interface EndpointToMatch extends EndpointMatcher {
  id: string;
  format: string;
  /** Null: the default. */
  retrySchedule: number[] | null;
  enabled: boolean;
  deleted: false;
  disabledReason: DisabledReason | null;
}

export interface TenantToAccept extends TenantRef {
  known: boolean;
  endpoints: EndpointToMatch[];
  /** Those that verify what the tenant signs; of most tenants none. */
  jwtKeys: JwtKeyToVerify[];
}

/** What an environment demands of the events of a type. */
export interface TypeRule {
  environment: Environment;
  name: string;
  /** Their data must fit it; null: the type is not declared, and the environment refuses such. */
  schema: string | null;
}

/** An environment in which somebody has said which catalogs are on. */
export interface CatalogsOff {
  environment: Environment;
  off: string[];
}

export interface ReadForAccept {
  tenants: TenantToAccept[];
  rules: TypeRule[];
  catalogsOff: CatalogsOff[];
}

const tenantsSql = `SELECT wanted.environment, wanted.tenant, EXISTS (
    SELECT FROM tenants t WHERE t.environment = wanted.environment AND t.id = wanted.tenant) AS known,
  (SELECT coalesce(json_agg(json_build_object('id', e.id, 'eventTypes', e.event_types, 'filters', e.filters,
      'match', e.match, 'require', e.require, 'scope', e.scope, 'format', e.format, 'retrySchedule', e.retry_schedule,
      'enabled', e.enabled, 'deleted', false, 'disabledReason', e.disabled_reason) ORDER BY e.id), '[]')
    FROM endpoints e WHERE e.environment = wanted.environment AND e.tenant = wanted.tenant AND e.deleted_at IS NULL
      AND NOT e.one_off
  ) AS endpoints,
  (SELECT coalesce(json_agg(json_build_object('id', k.id, 'kid', k.kid, 'algorithm', k.algorithm,
      'publicKey', k.public_key, 'secretSealed', k.secret_sealed)), '[]')
    FROM jwt_keys k WHERE k.environment = wanted.environment AND k.tenant = wanted.tenant) AS "jwtKeys"
  FROM unnest($1::text[], $2::text[]) AS wanted(environment, tenant)`;

const rulesSql = `SELECT wanted.environment, wanted.name, t.schema
  FROM unnest($3::text[], $4::text[]) AS wanted(environment, name)
  LEFT JOIN event_types t ON t.environment = wanted.environment AND t.name = wanted.name
  LEFT JOIN environments s ON s.name = wanted.environment
  WHERE t.schema IS NOT NULL OR (t.name IS NULL AND s.undeclared_types = 'refuse')`;

const catalogsSql = `SELECT name AS environment, catalogs_off AS off FROM environments
  WHERE catalogs_off IS NOT NULL AND name = ANY ($3::text[])`;

/**
 * What deciding about events needs, in one statement: their tenants with all endpoints, disabled ones included, since
 * their deliveries are born queued, and their JWT keys; the rules of those types that have one: events of the others may have any data; and
 * which catalogs are off.
 */
export async function readForAccept(
  db: Queryable,
  tenants: readonly TenantRef[],
  types: readonly { environment: Environment; type: string }[],
): Promise<ReadForAccept> {
  const { rows } = await db.query<ReadForAccept>({
    name: 'read-for-accept',
    text: `SELECT (SELECT coalesce(json_agg(tenant_row), '[]') FROM (${tenantsSql}) tenant_row) AS tenants,
      (SELECT coalesce(json_agg(rule_row), '[]') FROM (${rulesSql}) rule_row) AS rules,
      (SELECT coalesce(json_agg(catalogs_row), '[]') FROM (${catalogsSql}) catalogs_row) AS "catalogsOff"`,
    values: [
      tenants.map(({ environment }) => environment),
      tenants.map(({ tenant }) => tenant),
      types.map(({ environment }) => environment),
      types.map(({ type }) => type),
    ],
  });
  return rows[0] ?? { tenants: [], rules: [], catalogsOff: [] };
}
