import { execFile, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hostEnvironment } from '../../src/config/hostEnvironment.js';
import { packageRoot } from '../../src/config/packageRoot.js';
import { startPostgres, type PostgresServer } from '../../src/embedded/postgresServer.js';
import { migrate } from '../../src/store/migrate.js';
import { makeTempFolder } from '../setup/tempFolder.js';
import { readComposeFile } from './composeFile.js';

const run = promisify(execFile);
const deploy = join(packageRoot, 'deploy');
const scripts = readdirSync(deploy, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.sh'),
);
const isHere = (program: string, argument = '--version'): boolean =>
  spawnSync(program, [argument]).status === 0;

function foldersIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
}

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres({ folder: makeTempFolder('deploy'), preferredPort: 0 });
  // As the image has it: a superuser "postgres", and no other. That of the embedded server is "everhook".
  await query(
    server.databaseUrl('postgres'),
    `CREATE ROLE postgres SUPERUSER LOGIN PASSWORD '${superuserPassword}'`,
  );
  await query(
    urlOf('postgres', superuserPassword, 'postgres'),
    'ALTER ROLE everhook RENAME TO other',
  );
});
afterAll(() => server.stop());

const superuserPassword = 'that of the superuser';
const everhookPassword = "an 'odd' pass$word";
const temporalPassword = 'another';

const urlOf = (user: string, password: string, database: string): string =>
  `postgres://${user}:${encodeURIComponent(password)}@127.0.0.1:${server.port}/${database}`;

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

describe('the scripts of docker-compose.yml', () => {
  it.each(scripts)('%s can be run', (script) => {
    const file = join(deploy, script);
    expect(statSync(file).mode & 0o111).toBe(0o111);
    expect(spawnSync('sh', ['-n', file]).status).toBe(0);
  });

  it('make a role and databases for each, neither of which reaches the other', async (context) => {
    if (!isHere('psql')) context.skip("psql isn't here");
    await run(join(deploy, 'postgres', 'createDatabases.sh'), {
      env: {
        PATH: process.env['PATH'],
        PGHOST: '127.0.0.1',
        PGPORT: String(server.port),
        PGPASSWORD: superuserPassword,
        POSTGRES_USER: 'postgres',
        EVERHOOK_DB_PASSWORD: everhookPassword,
        TEMPORAL_DB_PASSWORD: temporalPassword,
      },
    });
    const everhook = urlOf('everhook', everhookPassword, 'everhook');
    await migrate(everhook);
    const [row] = await query(
      everhook,
      'SELECT rolsuper FROM pg_roles WHERE rolname = current_user',
    );
    expect(row).toEqual({ rolsuper: false });
    const crossing = urlOf('everhook', everhookPassword, 'temporal');
    await expect(query(crossing, 'SELECT 1')).rejects.toThrow('permission denied');
    const other = urlOf('temporal', temporalPassword, 'everhook');
    await expect(query(other, 'SELECT 1')).rejects.toThrow('permission denied');
  });

  it("bring Temporal's databases to its schema, and find them there the next time", async (context) => {
    if (!isHere('psql')) context.skip("psql isn't here, without which there are no databases");
    const tool = [
      ...hostEnvironment.searchPath,
      ...foldersIn(join(hostEnvironment.cacheDir, 'everhook')),
    ]
      .map((folder) => join(folder, 'temporal-sql-tool'))
      .find((file) => isHere(file));
    if (tool === undefined) context.skip("temporal-sql-tool isn't here");
    const { environment = {} } = readComposeFile().services['temporal-schema'] ?? {};
    for (let time = 0; time < 2; time += 1) {
      await run(join(deploy, 'temporal', 'setUpSchema.sh'), {
        env: {
          ...environment,
          PATH: [dirname(tool ?? ''), process.env['PATH']].join(delimiter),
          SQL_HOST: '127.0.0.1',
          SQL_PORT: String(server.port),
          SQL_PASSWORD: temporalPassword,
        },
      });
      for (const database of ['temporal', 'temporal_visibility']) {
        const rows = await query(
          urlOf('temporal', temporalPassword, database),
          'SELECT curr_version FROM schema_version',
        );
        expect(rows).toEqual([{ curr_version: expect.stringMatching(/^1\.\d+$/) as string }]);
      }
    }
  });
});
