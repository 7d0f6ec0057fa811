import type { RowChoice } from '../domain/imports/rowChoice.js';
import type { EndpointMatcher } from '../domain/matching.js';
import type { TenantRef } from '../domain/refs.js';
import type { Environment } from '../domain/words.js';
import type { GatedEndpoint } from '../domain/gate.js';
import { gatedMembers } from './gatedEndpoint.js';
import type { JwtKeyToVerify } from './jwtKeys.js';
import type { Queryable } from './pool.js';

/** What deciding about an event needs of an endpoint. */
export interface EndpointToMatch extends EndpointMatcher, GatedEndpoint {
  id: string;
  format: string;
  /** Null: the default. */
  retrySchedule: number[] | null;
  /** Rows in a batch; null: the default. */
  batchSize: number | null;
}

export interface TenantToAccept extends TenantRef {
  known: boolean;
  endpoints: EndpointToMatch[];
  /** Those that verify what the tenant signs; of most tenants none. */
  jwtKeys: JwtKeyToVerify[];
}

/** What an environment says of the events of a type of its own, or demands of them. */
export interface TypeRule {
  environment: Environment;
  name: string;
  /** False: the environment refuses types that aren't. */
  declared: boolean;
  /** Their data must fit it; null: any data does. */
  schema: string | null;
  /** Which rows of an import they bring; null: none. */
  rows: RowChoice | null;
}

/** What names an import of a tenant. */
export interface ImportName extends TenantRef {
  /** Its id as the API shows it. */
  name: string;
}

/** One that is here. */
export interface KnownImport extends ImportName {
  keepsRows: boolean;
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
  imports: KnownImport[];
}

const tenantsSql = `SELECT wanted.environment, wanted.tenant, EXISTS (
    SELECT FROM tenants t WHERE t.environment = wanted.environment AND t.id = wanted.tenant) AS known,
  (SELECT coalesce(json_agg(json_build_object('id', e.id, 'eventTypes', e.event_types, 'filters', e.filters,
      'match', e.match, 'require', e.require, 'scope', e.scope, 'format', e.format, 'retrySchedule', e.retry_schedule,
      'batchSize', e.batch_size,
      ${gatedMembers}) ORDER BY e.id), '[]')
    FROM endpoints e WHERE e.environment = wanted.environment AND e.tenant = wanted.tenant AND e.deleted_at IS NULL
      AND NOT e.one_off
  ) AS endpoints,
  (SELECT coalesce(json_agg(json_build_object('id', k.id, 'kid', k.kid, 'algorithm', k.algorithm,
      'publicKey', k.public_key, 'secretSealed', k.secret_sealed)), '[]')
    FROM jwt_keys k WHERE k.environment = wanted.environment AND k.tenant = wanted.tenant) AS "jwtKeys"
  FROM unnest($1::text[], $2::text[]) AS wanted(environment, tenant)`;

const rulesSql = `SELECT wanted.environment, wanted.name, t.name IS NOT NULL AS declared, t.schema, t.rows
  FROM unnest($3::text[], $4::text[]) AS wanted(environment, name)
  LEFT JOIN event_types t ON t.environment = wanted.environment AND t.name = wanted.name
  LEFT JOIN environments s ON s.name = wanted.environment
  WHERE t.schema IS NOT NULL OR t.rows IS NOT NULL OR (t.name IS NULL AND s.undeclared_types = 'refuse')`;

const catalogsSql = `SELECT name AS environment, catalogs_off AS off FROM environments
  WHERE catalogs_off IS NOT NULL AND name = ANY ($3::text[])`;

const importsSql = `SELECT i.environment, i.tenant, i.name, i.keep_rows AND i.rows_expired_at IS NULL AS "keepsRows"
  FROM unnest($5::text[], $6::text[], $7::text[]) AS wanted(environment, tenant, name)
  JOIN imports i ON i.environment = wanted.environment AND i.name = wanted.name AND i.tenant = wanted.tenant
  WHERE i.state <> 'cancelled'`;

/**
 * What deciding about events needs, in one statement: their tenants with all endpoints, disabled ones included, since
 * their deliveries are born queued, and their JWT keys; the rules of those types that have one: events of the others may have any data;
 * which catalogs are off; and which of the imports that they are about are here.
 */
export async function readForAccept(
  db: Queryable,
  tenants: readonly TenantRef[],
  types: readonly { environment: Environment; type: string }[],
  imports: readonly ImportName[],
): Promise<ReadForAccept> {
  const { rows } = await db.query<ReadForAccept>({
    name: 'read-for-accept',
    text: `SELECT (SELECT coalesce(json_agg(tenant_row), '[]') FROM (${tenantsSql}) tenant_row) AS tenants,
      (SELECT coalesce(json_agg(rule_row), '[]') FROM (${rulesSql}) rule_row) AS rules,
      (SELECT coalesce(json_agg(catalogs_row), '[]') FROM (${catalogsSql}) catalogs_row) AS "catalogsOff",
      (SELECT coalesce(json_agg(import_row), '[]') FROM (${importsSql}) import_row) AS imports`,
    values: [
      tenants.map(({ environment }) => environment),
      tenants.map(({ tenant }) => tenant),
      types.map(({ environment }) => environment),
      types.map(({ type }) => type),
      imports.map(({ environment }) => environment),
      imports.map(({ tenant }) => tenant),
      imports.map(({ name }) => name),
    ],
  });
  return rows[0] ?? { tenants: [], rules: [], catalogsOff: [], imports: [] };
}
