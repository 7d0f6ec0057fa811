import type { PoolClient } from 'pg';
import type { RowChoice } from '../domain/imports/rowChoice.js';
import type { Environment } from '../domain/words.js';
import { advisoryLocks } from './advisoryLock.js';
import { createdAtMicrosSql, momentSql, type NamePosition, type Page } from './page.js';
import type { Queryable } from './pool.js';

export interface EventTypeRecord {
  name: string;
  title: string | null;
  description: string | null;
  group: string | null;
  /** A JSON Schema (2020-12) as JSON text, as it was given; null: any data. */
  schema: string | null;
  /** Sample data as JSON text, as it was given. */
  sample: string | null;
  /** Which rows of an import its events bring; null: none. */
  rows: RowChoice | null;
  createdAt: Date;
  createdAtMicros: string;
  updatedAt: Date;
}

export type EventTypeDeclaration = Pick<
  EventTypeRecord,
  'title' | 'description' | 'group' | 'schema' | 'sample' | 'rows'
>;

const columns = `name, title, description, "group", schema, sample, rows, created_at AS "createdAt",
  ${createdAtMicrosSql} AS "createdAtMicros", updated_at AS "updatedAt"`;

/** Declared event types, newest first, up to `limit + 1`. */
export async function listEventTypes(
  db: Queryable,
  environment: Environment,
  page: Page<NamePosition>,
): Promise<EventTypeRecord[]> {
  const { rows } = await db.query<EventTypeRecord>(
    `SELECT ${columns} FROM event_types
     WHERE environment = $1
       AND ($2::bigint IS NULL OR (created_at, name) < (${momentSql('$2')}, $3::text))
     ORDER BY created_at DESC, name DESC LIMIT $4`,
    [environment, page.after?.createdAtMicros ?? null, page.after?.name ?? null, page.limit + 1],
  );
  return rows;
}

/** Those of the names that are declared, sorted. */
export async function declaredAmong(
  db: Queryable,
  environment: Environment,
  names: readonly string[],
): Promise<string[]> {
  const { rows } = await db.query<{ name: string }>(
    `SELECT name FROM event_types WHERE environment = $1 AND name = ANY ($2) ORDER BY name`,
    [environment, names],
  );
  return rows.map(({ name }) => name);
}

/**
 * Until the transaction ends nobody else declares a type or turns a catalog on in the environment: either looks first
 * whether a name is free.
 */
export async function lockTypeNames(client: PoolClient, environment: Environment): Promise<void> {
  await client.query('SELECT pg_advisory_xact_lock($1, hashtext($2))', [
    advisoryLocks.typeNames,
    environment,
  ]);
}

/** Null if no such type is declared. */
export async function readEventType(
  db: Queryable,
  environment: Environment,
  name: string,
): Promise<EventTypeRecord | null> {
  const { rows } = await db.query<EventTypeRecord>(
    `SELECT ${columns} FROM event_types WHERE environment = $1 AND name = $2`,
    [environment, name],
  );
  return rows[0] ?? null;
}

export type TypeSample = Pick<EventTypeRecord, 'name' | 'sample'> & { bringsRows: boolean };

/** Of one environment; more types are declared by hardly anybody. */
const maxSamplesRead = 1_000;

/** The declared types with their samples, by name. */
export async function readSamples(db: Queryable, environment: Environment): Promise<TypeSample[]> {
  const { rows } = await db.query<TypeSample>(
    `SELECT name, sample, rows IS NOT NULL AS "bringsRows" FROM event_types WHERE environment = $1 ORDER BY name LIMIT ${maxSamplesRead}`,
    [environment],
  );
  return rows;
}

/** Declares a type, or declares it anew. Schema and sample have been checked. */
export async function putEventType(
  db: Queryable,
  environment: Environment,
  name: string,
  { title, description, group, schema, sample, rows: brought }: EventTypeDeclaration,
): Promise<{ record: EventTypeRecord; created: boolean }> {
  // `xmax` is 0 on a row that this statement inserted, and the transaction's id on one that it changed.
  const { rows } = await db.query<EventTypeRecord & { created: boolean }>(
    `INSERT INTO event_types (environment, name, title, description, "group", schema, sample, rows)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
     ON CONFLICT (environment, name) DO UPDATE SET title = excluded.title,
       description = excluded.description, "group" = excluded."group", schema = excluded.schema,
       sample = excluded.sample, rows = excluded.rows, updated_at = now()
     RETURNING ${columns}, xmax = 0 AS created`,
    [environment, name, title, description, group, schema, sample, brought],
  );
  if (rows[0] === undefined) throw new Error('The upsert of an event type returned no row');
  const { created, ...record } = rows[0];
  return { record, created };
}

/** Its events are no longer validated; those accepted stay. False if no such type is declared. */
export async function deleteEventType(
  db: Queryable,
  environment: Environment,
  name: string,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `DELETE FROM event_types WHERE environment = $1 AND name = $2`,
    [environment, name],
  );
  return rowCount === 1;
}
