import { catalogsOn } from '../../catalogs/catalogs.js';
import type { CatalogSet } from '../../catalogs/catalogSet.js';
import { tenantKey, type TenantRef } from '../../domain/refs.js';
import { type Environment, environments } from '../../domain/words.js';
import type { JwtKeyToVerify } from '../../store/jwtKeys.js';
import type { Queryable } from '../../store/pool.js';
import {
  readForAccept,
  type EndpointToMatch,
  type TenantToAccept,
} from '../../store/readForAccept.js';
import type { DataSchema, DataSchemas } from '../../jsonSchema/dataSchemas.js';
import type { Submission } from './submission.js';

interface TypeRef {
  environment: Environment;
  type: string;
}

/** What the submissions' tenants and event types are at the moment of the transaction. */
export interface Situation {
  acceptedAt: Date;
  tenants: readonly TenantToAccept[];
  endpointsOf(tenant: TenantRef): readonly EndpointToMatch[];
  jwtKeysOf(tenant: TenantRef): readonly JwtKeyToVerify[];
  /** Those that are on. */
  catalogsIn(environment: Environment): CatalogSet;
  /** What the data of a type of one's own must fit, or that the type is refused; undefined where it has no rule. */
  ruleOf(type: TypeRef): DataSchema | 'refused' | undefined;
}

export async function readSituation(
  db: Queryable,
  schemas: DataSchemas,
  submissions: readonly Submission[],
): Promise<Situation> {
  const wantedTenants = submissions.map(({ request }) => request);
  const wantedTypes = submissions.map(({ request: { environment }, event: { type } }) => ({
    environment,
    type,
  }));
  const { tenants, rules, catalogsOff } = await readForAccept(
    db,
    distinct(wantedTenants, tenantKey),
    distinct(wantedTypes, typeKey),
  );
  const tenantByKey = new Map(tenants.map((tenant) => [tenantKey(tenant), tenant]));
  const ruleByKey = new Map(
    rules.map(({ environment, name, schema }) => [
      typeKey({ environment, type: name }),
      schema === null ? ('refused' as const) : schemas.get(schema),
    ]),
  );
  const offIn = new Map(catalogsOff.map(({ environment, off }) => [environment, off]));
  const onIn = new Map(environments.map((name) => [name, catalogsOn(offIn.get(name) ?? null)]));
  return {
    acceptedAt: new Date(),
    tenants,
    endpointsOf: (tenant) => tenantByKey.get(tenantKey(tenant))?.endpoints ?? [],
    jwtKeysOf: (tenant) => tenantByKey.get(tenantKey(tenant))?.jwtKeys ?? [],
    catalogsIn: (environment) => onIn.get(environment) ?? catalogsOn(null),
    ruleOf: (type) => ruleByKey.get(typeKey(type)),
  };
}

function typeKey({ environment, type }: TypeRef): string {
  return `${environment}/${type}`;
}

function distinct<T>(items: readonly T[], keyOf: (item: T) => string): T[] {
  return [...new Map(items.map((item) => [keyOf(item), item])).values()];
}
