import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeTempFolder } from '../setup/tempFolder.js';
import { findProcesses } from '../../src/embedded/findProcesses.js';
import { startPostgres, type PostgresServer } from '../../src/embedded/postgresServer.js';
import { eventually } from '../setup/eventually.js';

let folder: string;
let server: PostgresServer | undefined;

beforeEach(() => {
  folder = makeTempFolder('postgres');
});

afterEach(async () => {
  await server?.stop();
  server = undefined;
  rmSync(folder, { recursive: true });
});

async function query<T extends pg.QueryResultRow>(statement: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: server?.databaseUrl('postgres') });
  // A server that is killed is told to the query, too.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<T>(statement)).rows;
  } finally {
    await client.end();
  }
}

const start = async () => {
  server = await startPostgres({ folder: join(folder, 'postgres'), preferredPort: 0 });
};
const postmasters = () => findProcesses(['-D', join(folder, 'postgres', 'data')]);

describe('startPostgres', () => {
  it('is durable, asks for the password and is closed to others on the machine', async () => {
    await start();
    expect(
      await query(
        'SELECT current_setting($$fsync$$) AS fsync, current_setting($$synchronous_commit$$) AS commit',
      ),
    ).toEqual([{ fsync: 'on', commit: 'on' }]);
    const url = new URL(server?.databaseUrl('postgres') ?? '');
    url.password = 'wrong';
    await expect(new pg.Client({ connectionString: url.href }).connect()).rejects.toThrow(
      'password',
    );
    expect(statSync(join(folder, 'postgres', 'password')).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'postgres')).mode & 0o777).toBe(0o700);
  });

  it('stops one that was left running, and keeps the data', async () => {
    await start();
    await query('CREATE TABLE kept AS SELECT 42 AS answer');
    const [left] = postmasters();
    await start();
    // A child that has just been forked still has the command line of its postmaster.
    await eventually(async () => expect(postmasters()).toHaveLength(1));
    expect(postmasters()).not.toContain(left);
    expect(await query('SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  it('starts after a SIGKILL although its processes still wind up', async () => {
    await start();
    await query('CREATE TABLE kept AS SELECT 42 AS answer');
    const busy = query('SELECT pg_sleep(60)').catch((error: Error) => error.message);
    await eventually(async () => {
      const rows = await query("SELECT FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)'");
      expect(rows.length).toBeGreaterThan(0);
    });
    process.kill(server?.pid ?? 0, 'SIGKILL');
    await server?.exited;
    await start();
    expect(await busy).toMatch(/terminat|closed/i);
    expect(await query('SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  it('starts where the pid in postmaster.pid now belongs to another program', async () => {
    await start();
    const pidFile = join(folder, 'postgres', 'data', 'postmaster.pid');
    const lines = readFileSync(pidFile, 'utf8').split('\n');
    process.kill(server?.pid ?? 0, 'SIGKILL');
    await server?.exited;
    writeFileSync(pidFile, [process.pid, ...lines.slice(1)].join('\n'));
    await start();
    expect(await query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('takes the next port where its own is taken', async () => {
    await start();
    const port = server?.port ?? 0;
    const other = await startPostgres({ folder: join(folder, 'other'), preferredPort: port });
    await other.stop();
    expect(other.port).not.toBe(port);
  });
});
