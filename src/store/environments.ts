import type { PoolClient } from 'pg';
import type { Actor } from '../domain/audit.js';
import { changesBetween } from '../domain/changesBetween.js';
import type { Environment } from '../domain/words.js';
import { insertAuditEntries } from './auditEntries.js';
import type { Queryable } from './pool.js';

/** What an environment does with events of types that aren't declared in it. */
export const undeclaredTypesChoices = ['accept', 'refuse'] as const;
export type UndeclaredTypes = (typeof undeclaredTypesChoices)[number];

/** Null: the default. */
export interface EnvironmentSettings {
  undeclaredTypes: UndeclaredTypes | null;
  /** Names; those that are gone may be among them. */
  catalogsOff: string[] | null;
}

export interface EnvironmentRecord extends EnvironmentSettings {
  name: Environment;
  /** Null: never changed. */
  updatedAt: Date | null;
}

const columns = `name, undeclared_types AS "undeclaredTypes", catalogs_off AS "catalogsOff", updated_at AS "updatedAt"`;

/** The settings of an environment, whether any was ever changed or not. */
export async function readEnvironment(
  db: Queryable,
  name: Environment,
): Promise<EnvironmentRecord> {
  const { rows } = await db.query<EnvironmentRecord>(
    `SELECT ${columns} FROM environments WHERE name = $1`,
    [name],
  );
  return rows[0] ?? { name, undeclaredTypes: null, catalogsOff: null, updatedAt: null };
}

/** Changes the settings that are given; those left out stay as they are. The caller holds the lock on type names. */
export async function changeEnvironment(
  client: PoolClient,
  name: Environment,
  wanted: Partial<EnvironmentSettings>,
  by: Actor,
): Promise<EnvironmentRecord> {
  const before = await readEnvironment(client, name);
  const { rows } = await client.query<EnvironmentRecord>(
    `INSERT INTO environments AS e (name, undeclared_types, catalogs_off) VALUES ($1, $2, $4)
     ON CONFLICT (name) DO UPDATE SET updated_at = now(),
       undeclared_types = CASE WHEN $3 THEN excluded.undeclared_types ELSE e.undeclared_types END,
       catalogs_off = CASE WHEN $5 THEN excluded.catalogs_off ELSE e.catalogs_off END
     RETURNING ${columns}`,
    [
      name,
      wanted.undeclaredTypes ?? null,
      wanted.undeclaredTypes !== undefined,
      wanted.catalogsOff ?? null,
      wanted.catalogsOff !== undefined,
    ],
  );
  if (rows[0] === undefined) throw new Error('The upsert of an environment returned no row');
  const changes = changesBetween(settingsOf(before), settingsOf(rows[0]));
  const entry = { environment: name, tenant: null, subject: name, changes };
  await insertAuditEntries(client, [{ ...entry, action: 'environment.changed' }], by);
  return rows[0];
}

function settingsOf({ undeclaredTypes, catalogsOff }: EnvironmentSettings): EnvironmentSettings {
  return { undeclaredTypes, catalogsOff };
}
