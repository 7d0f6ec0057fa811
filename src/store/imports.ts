import type { PoolClient } from 'pg';
import type { TenantRef } from '../domain/refs.js';
import type { Environment } from '../domain/words.js';
import { showId } from '../domain/ids.js';
import { isOpenSql } from './deliveryConditions.js';
import { newUuid } from './newUuid.js';
import type { Page } from './page.js';
import type { Queryable } from './pool.js';
import type { Sealer } from './sealer.js';

/** `open`: takes rows. `complete`: has them all, and its events are made. */
export const importStates = ['open', 'complete', 'cancelled'] as const;
export type ImportState = (typeof importStates)[number];

/** A one-off endpoint for the events of an import. */
export interface ImportEndpoint {
  url: string;
  format?: string | undefined;
  secret?: string | undefined;
}

/** What a product says of an import when it creates it. */
export interface ImportDefinition {
  /** The product's own id; null: it is given one. */
  name: string | null;
  attributes: Record<string, string | string[]>;
  metadata: Record<string, string>;
  eventTypes: string[];
  /** JSON text. */
  data: string | null;
  endpoint: ImportEndpoint | null;
  batchSize: number | null;
  keepRows: boolean;
}

export interface ImportRecord extends Omit<ImportDefinition, 'name' | 'endpoint'>, TenantRef {
  /** The bare UUID; what it is called outside is `name`. */
  id: string;
  name: string;
  endpointSealed: string | null;
  state: ImportState;
  rowCount: number;
  validCount: number;
  byteCount: number;
  createdAt: Date;
  updatedAt: Date;
  completedAt: Date | null;
  /** The JSON text of the answer to its completion. */
  completion: string | null;
  /** Null: its rows are there. */
  rowsExpiredAt: Date | null;
}

/** What names an import, as the API shows it: names are unique in an environment. */
export interface ImportRef {
  environment: Environment;
  /** Null: whosever it is. */
  tenant: string | null;
  name: string;
}

const columns = `id, environment, tenant, name, attributes, metadata, event_types AS "eventTypes", data,
  endpoint_sealed AS "endpointSealed", batch_size AS "batchSize", keep_rows AS "keepRows", state,
  row_count AS "rowCount", valid_count AS "validCount", byte_count::double precision AS "byteCount",
  created_at AS "createdAt", updated_at AS "updatedAt", completed_at AS "completedAt", completion,
  rows_expired_at AS "rowsExpiredAt"`;

/** Null if the environment has another import of that name. */
export async function createImport(
  db: Queryable,
  sealer: Sealer,
  { environment, tenant }: TenantRef,
  definition: ImportDefinition,
): Promise<ImportRecord | null> {
  const id = newUuid();
  const { attributes, metadata, eventTypes, data, endpoint, batchSize, keepRows } = definition;
  const sealed =
    endpoint === null
      ? null
      : sealer.seal(JSON.stringify(endpoint), importEndpointContext(environment, id));
  const { rows } = await db.query<ImportRecord>(
    `INSERT INTO imports (id, environment, tenant, name, attributes, metadata, event_types, data, endpoint_sealed,
       batch_size, keep_rows)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING RETURNING ${columns}`,
    [
      ...[id, environment, tenant, definition.name ?? showId('import', id)],
      ...[JSON.stringify(attributes), JSON.stringify(metadata), eventTypes, data, sealed],
      ...[batchSize, keepRows],
    ],
  );
  return rows[0] ?? null;
}

const namedSql = `SELECT ${columns} FROM imports
  WHERE environment = $1 AND name = $2 AND ($3::text IS NULL OR tenant = $3)`;

/** Null if there is none of that name, or it is another tenant's. */
export async function readImport(
  db: Queryable,
  { environment, tenant, name }: ImportRef,
): Promise<ImportRecord | null> {
  const { rows } = await db.query<ImportRecord>(namedSql, [environment, name, tenant]);
  return rows[0] ?? null;
}

/** The same, locked until the transaction ends. */
export async function lockImport(
  client: PoolClient,
  { environment, tenant, name }: ImportRef,
): Promise<ImportRecord | null> {
  const { rows } = await client.query<ImportRecord>(`${namedSql} FOR UPDATE`, [
    environment,
    name,
    tenant,
  ]);
  return rows[0] ?? null;
}

/** It has all its rows, and its events are made; in the transaction that made them. */
export async function markComplete(
  client: PoolClient,
  importId: string,
  { completion, completedAt }: { completion: string; completedAt: Date },
): Promise<void> {
  await client.query(
    `UPDATE imports SET state = 'complete', completion = $2, completed_at = $3, updated_at = $3 WHERE id = $1`,
    [importId, completion, completedAt],
  );
}

/** It takes no more rows and makes no events. */
export async function markCancelled(client: PoolClient, importId: string): Promise<void> {
  await client.query(`UPDATE imports SET state = 'cancelled', updated_at = now() WHERE id = $1`, [
    importId,
  ]);
}

/** Null: any. */
export interface ImportFilter {
  environment: Environment;
  tenant: string | null;
  state: ImportState | null;
  paused: boolean | null;
}

export interface ListedImport extends ImportRecord {
  /** A delivery of its rows is still open, and held. */
  paused: boolean;
}

const pausedSql = `EXISTS (SELECT FROM batch_runs r JOIN deliveries d ON d.id = r.delivery_id
  WHERE r.import_id = imports.id AND r.paused_at IS NOT NULL AND ${isOpenSql('d')})`;

/** Imports that match, newest first, up to `limit + 1`; a page begins after a bare UUID. */
export async function listImports(
  db: Queryable,
  { environment, tenant, state, paused }: ImportFilter,
  page: Page<string>,
): Promise<ListedImport[]> {
  // Few are held or were when they ended; as an array they are read once, whatever number of imports there is.
  const held = 'id = ANY (ARRAY(SELECT import_id FROM batch_runs WHERE paused_at IS NOT NULL))';
  const wanted = { null: 'true', true: `${held} AND ${pausedSql}`, false: `NOT ${pausedSql}` };
  const { rows } = await db.query<ListedImport>(
    `SELECT ${columns}, ${pausedSql} AS paused FROM imports
     WHERE environment = $1 AND ($2::text IS NULL OR tenant = $2) AND ($3::uuid IS NULL OR id < $3)
       AND ($5::text IS NULL OR state = $5) AND ${wanted[`${paused}`]}
     ORDER BY id DESC LIMIT $4`,
    [environment, tenant, page.after, page.limit + 1, state],
  );
  return rows;
}

/** The one-off endpoint that came with an import. */
export function openImportEndpoint(
  sealer: Sealer,
  { id, environment, endpointSealed }: Pick<ImportRecord, 'id' | 'environment' | 'endpointSealed'>,
): ImportEndpoint | null {
  if (endpointSealed === null) return null;
  const text = sealer.open(endpointSealed, importEndpointContext(environment, id));
  return JSON.parse(text) as ImportEndpoint;
}

/** What the one-off endpoint of an import is bound to when it is sealed. */
export function importEndpointContext(environment: string, id: string): string[] {
  return ['import-endpoint', environment, id];
}
