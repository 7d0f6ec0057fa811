import type { PoolClient } from 'pg';
import type { Actor, AuditAction } from '../domain/audit.js';
import { changesBetween } from '../domain/changesBetween.js';
import type { RowChoice } from '../domain/imports/rowChoice.js';
import type { Environment } from '../domain/words.js';
import { advisoryLocks } from './advisoryLock.js';
import { insertAuditEntries } from './auditEntries.js';
import { createdAtMicrosSql, momentSql, type NamePosition, type Page } from './page.js';
import { inTransaction, type Pool, type Queryable } from './pool.js';

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

/** Declares a type, or declares it anew. Schema and sample have been checked, and the caller holds the lock on type names. */
export async function putEventType(
  client: PoolClient,
  environment: Environment,
  name: string,
  { title, description, group, schema, sample, rows: brought }: EventTypeDeclaration,
  by: Actor,
): Promise<{ record: EventTypeRecord; created: boolean }> {
  const found = await client.query<EventTypeRecord>(
    `SELECT ${columns} FROM event_types WHERE environment = $1 AND name = $2 FOR UPDATE`,
    [environment, name],
  );
  const before = found.rows[0] ?? null;
  const { rows } = await client.query<EventTypeRecord>(
    `INSERT INTO event_types (environment, name, title, description, "group", schema, sample, rows)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
     ON CONFLICT (environment, name) DO UPDATE SET title = excluded.title,
       description = excluded.description, "group" = excluded."group", schema = excluded.schema,
       sample = excluded.sample, rows = excluded.rows, updated_at = now()
     RETURNING ${columns}`,
    [environment, name, title, description, group, schema, sample, brought],
  );
  if (rows[0] === undefined) throw new Error('The upsert of an event type returned no row');
  const action = before === null ? 'event_type.created' : 'event_type.changed';
  await auditEventType(client, { environment, name }, { action, before, after: rows[0] }, by);
  return { record: rows[0], created: before === null };
}

async function auditEventType(
  client: PoolClient,
  { environment, name: subject }: { environment: Environment; name: string },
  change: {
    action: AuditAction;
    before: EventTypeDeclaration | null;
    after: EventTypeDeclaration | null;
  },
  by: Actor,
): Promise<void> {
  const { action, before, after } = change;
  const changes = changesBetween(before && declarationOf(before), after && declarationOf(after));
  await insertAuditEntries(client, [{ environment, tenant: null, action, subject, changes }], by);
}

function declarationOf(declaration: EventTypeDeclaration): EventTypeDeclaration {
  const { title, description, group, schema, sample, rows } = declaration;
  return { title, description, group, schema, sample, rows };
}

/** Its events are no longer validated; those accepted stay. False if no such type is declared. */
export async function deleteEventType(
  pool: Pool,
  environment: Environment,
  name: string,
  by: Actor,
): Promise<boolean> {
  return await inTransaction(pool, async (client) => {
    const { rows } = await client.query<EventTypeRecord>(
      `DELETE FROM event_types WHERE environment = $1 AND name = $2 RETURNING ${columns}`,
      [environment, name],
    );
    const [before] = rows;
    if (before === undefined) return false;
    const change = { action: 'event_type.deleted', before, after: null } as const;
    await auditEventType(client, { environment, name }, change, by);
    return true;
  });
}
