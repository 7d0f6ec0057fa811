import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { serverEnvironment } from '../../config/hostEnvironment.js';
import { findProcesses } from '../findProcesses.js';
import { freeLowPort, freeLowPorts } from '../freePort.js';
import { startServerProcess, type ServerProcess } from '../serverProcess.js';
import { stopProcess } from '../stopProcess.js';
import { temporalDynamicConfig } from '../temporalDynamicConfig.js';
import { hasNamespaces } from '../temporalNamespaces.js';
import { untilStarted } from '../untilStarted.js';
import { sqlPlugin, temporalDatabases } from './temporalDatabases.js';

export interface TemporalOnPostgresOptions {
  /** Absolute; made when absent. */
  folder: string;
  logFile: string;
  /** The program `temporal-server`. */
  program: string;
  databaseUrl: (database: string) => string;
  /** Any free one is taken where this one is not; 0 prefers none. */
  preferredPort: number;
  /** For a server that comes back where its clients look for it. */
  portIsFixed?: boolean;
}

export interface TemporalOnPostgres extends ServerProcess {
  port: number;
  address: string;
}

const stopSteps = [
  { signal: 'SIGTERM', waitMs: 20_000 },
  { signal: 'SIGKILL', waitMs: 5_000 },
] as const;

const readyWithinMs = 60_000;

/** Never to be changed on a database that is in use. */
const historyShards = 4;

/** A port taken just now by another program. */
const passing = /address already in use/;

/**
 * Starts the Temporal server, all its services in one process, on databases that are set up, on 127.0.0.1; one that
 * was left on the folder must have been stopped. Resolves when it answers. Throws `EmbeddedError`.
 */
export async function startTemporalOnPostgres(
  options: TemporalOnPostgresOptions,
): Promise<TemporalOnPostgres> {
  mkdirSync(options.folder, { recursive: true });
  return untilStarted(() => startOnce(options), passing);
}

/** Stops the server of a cluster that was killed. The data folder must be locked. */
export async function stopLeftTemporalOnPostgres(folder: string): Promise<void> {
  for (const pid of findProcesses(markOf(folder))) await stopProcess(pid, stopSteps);
}

/** The option does nothing to a server that takes its settings from the environment; its process is found by it. */
const markOf = (folder: string): string[] => ['--root', folder];

async function startOnce(options: TemporalOnPostgresOptions): Promise<TemporalOnPostgres> {
  const { folder, program, logFile, preferredPort } = options;
  const port = options.portIsFixed ? preferredPort : await freeLowPort(preferredPort);
  const address = `127.0.0.1:${port}`;
  const dynamicConfigFile = join(folder, 'dynamic-config.yaml');
  writeFileSync(dynamicConfigFile, dynamicConfigText());
  const connection = Connection.lazy({ address });
  try {
    const server = await startServerProcess({
      name: 'The Temporal server',
      command: program,
      commandArguments: [...markOf(folder), '--allow-no-auth', 'start'],
      environment: {
        ...serverEnvironment,
        ...databaseVariables(options.databaseUrl(temporalDatabases.main.name)),
        FRONTEND_GRPC_PORT: String(port),
        ...(await otherPortVariables()),
        BIND_ON_IP: '127.0.0.1',
        NUM_HISTORY_SHARDS: String(historyShards),
        DYNAMIC_CONFIG_FILE_PATH: dynamicConfigFile,
        LOG_LEVEL: 'warn',
      },
      logFile,
      isReady: () => hasNamespaces(connection, ['temporal-system']),
      readyWithinMs,
      stopSteps,
    });
    return { ...server, port, address };
  } finally {
    await connection.close();
  }
}

function databaseVariables(databaseUrl: string): Record<string, string> {
  const { hostname, port, username, password } = new URL(databaseUrl);
  return {
    DB: sqlPlugin,
    POSTGRES_SEEDS: hostname,
    DB_PORT: port,
    POSTGRES_USER: username,
    POSTGRES_PWD: password,
    DBNAME: temporalDatabases.main.name,
    VISIBILITY_DBNAME: temporalDatabases.visibility.name,
  };
}

const otherPorts = [
  'FRONTEND_HTTP_PORT',
  'FRONTEND_MEMBERSHIP_PORT',
  'MATCHING_GRPC_PORT',
  'MATCHING_MEMBERSHIP_PORT',
  'HISTORY_GRPC_PORT',
  'HISTORY_MEMBERSHIP_PORT',
  'WORKER_GRPC_PORT',
  'WORKER_MEMBERSHIP_PORT',
] as const;

/**
 * Only the frontend's port matters to clients: the services find each other's through the database, which stores them
 * as `smallint`, so that they must be low.
 */
async function otherPortVariables(): Promise<Record<string, string>> {
  const ports = await freeLowPorts(otherPorts.length);
  return Object.fromEntries(otherPorts.map((name, index) => [name, String(ports[index])]));
}

/** JSON, which is YAML too: per key a list of values, of which one without constraints always holds. */
function dynamicConfigText(): string {
  const entries = Object.entries(temporalDynamicConfig).map(([key, value]) => [key, [{ value }]]);
  return `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`;
}
