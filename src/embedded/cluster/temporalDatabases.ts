import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import pg from 'pg';
import { serverEnvironment } from '../../config/hostEnvironment.js';
import { createDatabase } from '../createDatabase.js';
import { EmbeddedError } from '../embeddedError.js';

/** pgx in place of `postgres12` halves what Temporal costs Postgres (measured: 9.4 to 10.9 ms of CPU per workflow → 5.7). */
export const sqlPlugin = 'postgres12_pgx';

/** Temporal's two databases, and the schema that its tool carries for each. */
export const temporalDatabases = {
  main: { name: 'temporal', schema: 'postgresql/v12/temporal' },
  visibility: { name: 'temporal_visibility', schema: 'postgresql/v12/visibility' },
} as const;

const timeoutMs = 120_000;

/** Makes both databases where they are not there, and brings them to the tool's schema. Throws `EmbeddedError`. */
export async function setUpTemporalDatabases(
  sqlTool: string,
  databaseUrl: (database: string) => string,
): Promise<void> {
  for (const { name, schema } of Object.values(temporalDatabases)) {
    await createDatabase(databaseUrl('postgres'), name);
    const runTool = (...commandArguments: string[]) =>
      run(sqlTool, databaseUrl(name), commandArguments);
    if (!(await hasVersion(databaseUrl(name)))) await runTool('setup-schema', '-v', '0.0');
    await runTool('update-schema', '--schema-name', schema);
  }
}

/** Whether the schema was begun: an interrupted one is continued from the version that it reached. */
async function hasVersion(databaseUrl: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ version: string }>(
      `SELECT FROM information_schema.tables WHERE table_name = 'schema_version'`,
    );
    if (rows.length === 0) return false;
    return ((await client.query('SELECT FROM schema_version')).rowCount ?? 0) > 0;
  } finally {
    await client.end();
  }
}

async function run(
  sqlTool: string,
  databaseUrl: string,
  commandArguments: string[],
): Promise<void> {
  const { hostname, port, username, password, pathname } = new URL(databaseUrl);
  const env = {
    ...serverEnvironment,
    SQL_PLUGIN: sqlPlugin,
    SQL_HOST: hostname,
    SQL_PORT: port,
    SQL_USER: username,
    SQL_PASSWORD: password,
    SQL_DATABASE: pathname.slice(1),
  };
  try {
    await promisify(execFile)(sqlTool, commandArguments, { env, timeout: timeoutMs });
  } catch (cause) {
    const { stdout, stderr } = cause as { stdout?: string; stderr?: string };
    throw new EmbeddedError(
      `Temporal's schema can't be set up (${commandArguments.join(' ')}):\n${stderr ?? ''}${stdout ?? ''}`,
      { cause },
    );
  }
}
