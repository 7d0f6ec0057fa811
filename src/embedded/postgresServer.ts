import { join } from 'node:path';
import { findProcesses } from './findProcesses.js';
import { freePort } from './freePort.js';
import { initPostgres, postgresUser } from './initPostgres.js';
import { commandAs, postgresAccount } from './postgresAccount.js';
import { postgresBinaries } from './postgresBinaries.js';
import { disownPidFile } from './disownPidFile.js';
import { readIfThere } from './readIfThere.js';
import { startServerProcess, type ServerProcess } from './serverProcess.js';
import { stopProcess } from './stopProcess.js';
import { untilStarted } from './untilStarted.js';

export interface PostgresOptions {
  /** Absolute; made when absent. Holds the cluster, its password and its log. */
  folder: string;
  /** Any free one is taken where this one is not; 0 prefers none. */
  preferredPort: number;
  /** For a server that comes back where its clients look for it. */
  portIsFixed?: boolean;
  maxConnections?: number;
}

export interface PostgresServer extends ServerProcess {
  port: number;
  /** The connection string of one of its databases, with the password. */
  databaseUrl: (database: string) => string;
}

/** Fast shutdown, then an immediate one, after which the next start replays the log. Never SIGKILL: its processes would stay. */
const stopSteps = [
  { signal: 'SIGINT', waitMs: 30_000 },
  { signal: 'SIGQUIT', waitMs: 10_000 },
] as const;

/** Replaying the log after a crash may take this long. */
const readyWithinMs = 120_000;

/** What passes: a port taken just now, or processes of a killed Postgres that still wind up. */
const passing =
  /pre-existing shared memory block|lock file "postmaster.pid" already exists|could not create any TCP\/IP sockets/;

/**
 * Starts PostgreSQL on a folder that this process alone uses (see openDataFolder), on 127.0.0.1, fully durable; one
 * that a killed service left there is stopped first. Throws `EmbeddedError`.
 */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const dataFolder = join(options.folder, 'data');
  await stopLeftPostgres(options.folder);
  const binaries = await postgresBinaries();
  const account = postgresAccount(options.folder);
  const password = await initPostgres(options.folder, binaries.initdb, account);
  disownPidFile(dataFolder);

  const start = async (): Promise<PostgresServer> => {
    const preferred = options.preferredPort;
    const port = options.portIsFixed ? preferred : await freePort(preferred);
    const flags = postgresFlags(dataFolder, port, options.maxConnections ?? 100);
    const plan =
      account && commandAs(account, binaries.postgres, flags, [binaries.postgres, dataFolder]);
    const server = await startServerProcess({
      name: 'The embedded Postgres',
      ...(plan ?? { command: binaries.postgres, commandArguments: flags }),
      logFile: join(options.folder, 'postgres.log'),
      isReady: (pid) => Promise.resolve(isReady(dataFolder, pid)),
      readyWithinMs,
      stopSteps,
    });
    const origin = `postgres://${postgresUser}:${password}@127.0.0.1:${port}`;
    return { ...server, port, databaseUrl: (database) => `${origin}/${database}` };
  };
  return untilStarted(start, passing);
}

/** Stops the server of a service that was killed. The data folder must be locked. */
async function stopLeftPostgres(folder: string): Promise<void> {
  const pids = findProcesses(['-D', join(folder, 'data')]);
  for (const pid of pids) await stopProcess(pid, stopSteps);
}

function postgresFlags(dataFolder: string, port: number, maxConnections: number): string[] {
  const settings = {
    port,
    listen_addresses: '127.0.0.1',
    // A socket's path is limited to about 100 bytes, which a data folder may exceed.
    unix_socket_directories: '',
    max_connections: maxConnections,
    timezone: 'UTC',
    log_timezone: 'UTC',
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return ['-D', dataFolder, ...flags];
}

/** As pg_ctl does: postmaster.pid begins with the pid, and its eighth line is the state. */
function isReady(dataFolder: string, pid: number): boolean {
  const lines = readIfThere(join(dataFolder, 'postmaster.pid'))?.split('\n');
  return lines?.[0] === String(pid) && lines[7]?.trim() === 'ready';
}
