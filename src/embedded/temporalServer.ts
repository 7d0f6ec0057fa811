import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { findProcesses } from './findProcesses.js';
import { freePort } from './freePort.js';
import { startServerProcess, type ServerProcess } from './serverProcess.js';
import { stopProcess } from './stopProcess.js';
import { temporalFlags } from './temporalFlags.js';
import { hasNamespaces, setRetention } from './temporalNamespaces.js';
import { untilStarted } from './untilStarted.js';

export interface TemporalOptions {
  /** Absolute; made when absent. Holds the database file and the log. */
  folder: string;
  /** The `temporal` command. */
  binary: string;
  /** Made at start where they are not there; `default` always is. */
  namespaces: readonly string[];
  /** How long finished workflows are kept; undefined leaves it. */
  retentionHours?: number;
  /** Any free ones are taken where these are not; 0 prefers none. */
  preferredPort: number;
  preferredUiPort: number;
  /** For a server that comes back where its clients look for it. */
  portsAreFixed?: boolean;
}

export interface TemporalServer extends ServerProcess {
  address: string;
  uiUrl: string;
  port: number;
  uiPort: number;
}

/** The database file survives a SIGKILL: it is written fully synchronously. */
const stopSteps = [
  { signal: 'SIGTERM', waitMs: 15_000 },
  { signal: 'SIGKILL', waitMs: 5_000 },
] as const;

const readyWithinMs = 60_000;

/** A port taken just now by another program. */
const passing = /address already in use|can't set \w+ port/;

/**
 * Starts Temporal's development server on a folder that this process alone uses (see openDataFolder), on 127.0.0.1,
 * with its Web UI; one that a killed service left there is stopped first. Resolves when its namespaces can be used;
 * search attributes are registered for those it makes. Throws `EmbeddedError`.
 */
export async function startTemporal(options: TemporalOptions): Promise<TemporalServer> {
  mkdirSync(options.folder, { recursive: true, mode: 0o700 });
  const databaseFile = databaseFileIn(options.folder);
  await stopLeftTemporal(options.folder);
  return untilStarted(() => startOnce(options, databaseFile), passing);
}

/** Stops the server of a service that was killed. The data folder must be locked. */
export async function stopLeftTemporal(folder: string): Promise<void> {
  const pids = findProcesses(['start-dev', databaseFileIn(folder)]);
  for (const pid of pids) await stopProcess(pid, stopSteps);
}

const databaseFileIn = (folder: string): string => join(folder, 'temporal.db');

/**
 * A namespace that no other server has. What answers on the port may be another server that was faster to take it; its
 * workers would get our workflows.
 */
const ownNamespace = (databaseFile: string): string =>
  `everhook-${createHash('sha256').update(databaseFile).digest('hex').slice(0, 12)}`;

async function startOnce(options: TemporalOptions, databaseFile: string): Promise<TemporalServer> {
  const choose = options.portsAreFixed ? (port: number) => port : freePort;
  const port = await choose(options.preferredPort);
  const uiPort = await choose(options.preferredUiPort);
  const address = `127.0.0.1:${port}`;
  const namespaces = [...options.namespaces, ownNamespace(databaseFile)];
  // Lazy: it connects when first asked, and again after the server was not there yet.
  const connection = Connection.lazy({ address });
  try {
    const server = await startServerProcess({
      name: 'The embedded Temporal server',
      command: options.binary,
      commandArguments: temporalFlags({
        databaseFile,
        port,
        uiPort,
        namespaces,
      }),
      logFile: join(options.folder, 'temporal.log'),
      isReady: () => hasNamespaces(connection, ['default', ...namespaces]),
      readyWithinMs,
      stopSteps,
    });
    await applyRetention(connection, options, server);
    return { ...server, address, uiUrl: `http://127.0.0.1:${uiPort}`, port, uiPort };
  } finally {
    await connection.close();
  }
}

async function applyRetention(
  connection: Connection,
  options: TemporalOptions,
  server: ServerProcess,
): Promise<void> {
  if (options.retentionHours === undefined) return;
  try {
    await setRetention(connection, options.namespaces, options.retentionHours);
  } catch (error) {
    await server.stop();
    throw error;
  }
}
