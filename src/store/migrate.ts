import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { runner } from 'node-pg-migrate';
import pg from 'pg';
import { packageRoot } from '../config/packageRoot.js';
import { connectionProblem } from './connectionProblem.js';
import { makePartitionsAhead } from './partitions.js';
import type { Queryable } from './pool.js';

const migrationsTable = 'schema_migrations';
const migrationsFolder = join(packageRoot, 'src', 'store', 'migrations');

/**
 * Brings the database to this version's schema and makes the partitions of the coming days. Several processes may
 * call it at once: they take turns. Throws, having changed nothing, where a newer version has been here.
 */
export async function migrate(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'everhook' });
  await client.connect().catch((cause: unknown) => {
    const address = `${client.host}:${client.port}`;
    throw new Error(`No connection to Postgres at ${address}: ${connectionProblem(cause)}`, {
      cause,
    });
  });
  try {
    await refuseNewerSchema(client);
    await runner({
      dbClient: client,
      dir: migrationsFolder,
      migrationsTable,
      direction: 'up',
      advisoryLockMode: 'wait',
      log: () => undefined,
    });
    await makePartitionsAhead(client);
  } finally {
    await client.end();
  }
}

/** The migrations that a database lacks, in their order; all of them where it is empty. */
export async function pendingMigrations(db: Queryable): Promise<string[]> {
  const applied = await appliedMigrations(db);
  return knownMigrations().filter((name) => !applied.includes(name));
}

async function refuseNewerSchema(db: Queryable): Promise<void> {
  const known = knownMigrations();
  const unknown = (await appliedMigrations(db)).filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new Error(
      `The database is of a newer version of Everhook: it has the migration ${unknown.join(', ')}, which this one doesn't know. Run that version, or give this one another database.`,
    );
  }
}

function knownMigrations(): string[] {
  return readdirSync(migrationsFolder)
    .map((file) => basename(file, '.sql'))
    .toSorted();
}

async function appliedMigrations(db: Queryable): Promise<string[]> {
  const { rows: found } = await db.query<{ there: boolean }>(
    `SELECT to_regclass($1) IS NOT NULL AS there`,
    [migrationsTable],
  );
  if (found[0]?.there !== true) return [];
  const { rows } = await db.query<{ name: string }>(`SELECT name FROM ${migrationsTable}`);
  return rows.map((row) => row.name);
}
