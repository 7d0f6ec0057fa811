import { catalogs, catalogsOn } from '../../catalogs/catalogs.js';
import type { CatalogSet } from '../../catalogs/catalogSet.js';
import { tenantKey, type TenantRef } from '../../domain/refs.js';
import { tenantIdPattern } from '../../domain/tenantId.js';
import { type Environment, environments } from '../../domain/words.js';
import type { RowChoice } from '../../domain/imports/rowChoice.js';
import type { JwtKeyToVerify } from '../../store/jwtKeys.js';
import type { Queryable } from '../../store/pool.js';
import {
  readForAccept,
  type EndpointToMatch,
  type ImportName,
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
  /** Which rows of an import its events bring; null: none. */
  rowsOf(type: TypeRef): RowChoice | null;
  /** Whether an import of the tenant's keeps its rows; null: there is none of that id. */
  keepsRowsOf(tenant: TenantRef, importId: string): boolean | null;
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
  const { tenants, rules, catalogsOff, imports } = await readForAccept(
    db,
    distinct(wantedTenants, tenantKey),
    distinct(wantedTypes, typeKey),
    distinct(submissions.flatMap(importNamed), importKey),
  );
  const tenantByKey = new Map(tenants.map((tenant) => [tenantKey(tenant), tenant]));
  const ruleByKey = new Map(
    rules.map((rule) => [typeKey({ environment: rule.environment, type: rule.name }), rule]),
  );
  const keepsRows = new Map(imports.map((one) => [importKey(one), one.keepsRows]));
  const offIn = new Map(catalogsOff.map(({ environment, off }) => [environment, off]));
  const onIn = new Map(environments.map((name) => [name, catalogsOn(offIn.get(name) ?? null)]));
  const catalogsIn = (environment: Environment): CatalogSet =>
    onIn.get(environment) ?? catalogsOn(null);
  return {
    acceptedAt: new Date(),
    tenants,
    endpointsOf: (tenant) => tenantByKey.get(tenantKey(tenant))?.endpoints ?? [],
    jwtKeysOf: (tenant) => tenantByKey.get(tenantKey(tenant))?.jwtKeys ?? [],
    catalogsIn,
    ruleOf: (type) => {
      const rule = ruleByKey.get(typeKey(type));
      if (rule === undefined) return undefined;
      if (!rule.declared) return 'refused';
      return rule.schema === null ? undefined : schemas.get(rule.schema);
    },
    rowsOf: (type) => {
      const known = catalogsIn(type.environment).typeOf(type.type);
      const rows = known === undefined ? ruleByKey.get(typeKey(type))?.rows : known.type.rows;
      return rows ?? null;
    },
    keepsRowsOf: (tenant, name) => keepsRows.get(importKey({ ...tenant, name })) ?? null,
  };
}

/** Catalogs whose events are about imports, by type. Which are on isn't known before the read. */
const aboutImports = new Map(
  catalogs
    .filter(({ importIdOf }) => importIdOf !== undefined)
    .flatMap((catalog) => catalog.types.map(({ name }) => [name, catalog] as const)),
);

function importNamed({ request, event, madeBy }: Submission): ImportName[] {
  const about = aboutImports.get(event.type);
  if (about === undefined) return [];
  const name = about.importIdOf?.(event.data) ?? madeBy?.summary.id ?? null;
  if (name === null || !tenantIdPattern.test(name)) return [];
  return [{ environment: request.environment, tenant: request.tenant, name }];
}

function importKey({ name, ...tenant }: ImportName): string {
  return `${tenantKey(tenant)}/${name}`;
}

function typeKey({ environment, type }: TypeRef): string {
  return `${environment}/${type}`;
}

function distinct<T>(items: readonly T[], keyOf: (item: T) => string): T[] {
  return [...new Map(items.map((item) => [keyOf(item), item])).values()];
}
