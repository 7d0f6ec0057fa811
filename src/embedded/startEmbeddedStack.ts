import { join } from 'node:path';
import { openDataFolder } from './dataFolder.js';
import type { EmbeddedLog } from './embeddedLog.js';
import { startEmbeddedPostgres } from './startEmbeddedPostgres.js';
import { startEmbeddedTemporal } from './startEmbeddedTemporal.js';
import { removeStackRecord, writeStackRecord, type StackRecord } from './stackRecord.js';

export interface EmbeddedStackOptions {
  dataDir: string;
  /** Which of the two to start; a user may bring the other. */
  postgres: boolean;
  temporal: boolean;
  temporalCliPath?: string;
  temporalNamespace: string;
  retentionHours: number;
  log: EmbeddedLog;
  /** Aborted while it starts: what was started is stopped, and the call throws. */
  signal?: AbortSignal;
  preferredPorts?: PreferredPorts;
}

export interface PreferredPorts {
  postgres: number;
  temporal: number;
  temporalUi: number;
}

export interface EmbeddedStack {
  /** Absolute. */
  dataFolder: string;
  /** With the password; only where Postgres was asked for. */
  databaseUrl?: string;
  /** Known at once, answering when `temporalReady` has settled; only where Temporal was asked for. */
  temporalAddress?: string;
  temporalUiUrl?: string;
  /**
   * The server may have to be built first, which takes minutes: events can be accepted meanwhile. Rejects with
   * `EmbeddedError` when it can't be had; that is logged in any case.
   */
  temporalReady: Promise<void>;
  /** Puts the API's address into the record in the data folder, where the command line finds it. */
  recordApiUrl: (url: string) => void;
  /** Stops both servers and gives the data folder free. Call it last: after the API, workers and pools have ended. */
  stop: () => Promise<void>;
}

const usualPorts: PreferredPorts = { postgres: 54_329, temporal: 7_233, temporalUi: 8_233 };

/**
 * Starts the single-machine stack in a data folder, which it locks. What a killed service left running there is
 * stopped first; a server that ends by itself is started again. Resolves when Postgres can be used. Throws
 * `EmbeddedError` with a message for the user: folder in use (by which process), of a newer version, not writable;
 * a server that can't be started (with the end of its log).
 */
export async function startEmbeddedStack(options: EmbeddedStackOptions): Promise<EmbeddedStack> {
  const folder = openDataFolder(options.dataDir);
  const ports = options.preferredPorts ?? usualPorts;
  const record: StackRecord = { pid: process.pid, ports: {}, urls: {} };
  const stops: (() => Promise<void>)[] = [];
  const stop = () => stopAll(stops, folder);
  try {
    const temporal = options.temporal
      ? await startEmbeddedTemporal({ ...options, folder: join(folder.path, 'temporal'), ports })
      : undefined;
    if (temporal) stops.push(temporal.stop);
    const postgres = options.postgres
      ? await startEmbeddedPostgres(join(folder.path, 'postgres'), ports.postgres, options.log)
      : undefined;
    if (postgres) stops.push(postgres.stop);
    options.signal?.throwIfAborted();
    if (postgres) record.ports.postgres = postgres.port;
    if (temporal) {
      Object.assign(record.ports, { temporal: temporal.port, temporalUi: temporal.uiPort });
      record.urls.temporalUi = temporal.uiUrl;
    }
    writeStackRecord(folder.path, record);
    return {
      dataFolder: folder.path,
      ...(postgres && { databaseUrl: postgres.databaseUrl }),
      ...(temporal && { temporalAddress: temporal.address, temporalUiUrl: temporal.uiUrl }),
      temporalReady: temporal?.ready ?? Promise.resolve(),
      recordApiUrl: (api) => {
        record.urls.api = api;
        writeStackRecord(folder.path, record);
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** All are stopped, whatever fails; then the first failure is thrown. */
async function stopAll(
  stops: readonly (() => Promise<void>)[],
  folder: { path: string; close: () => void },
): Promise<void> {
  const results = await Promise.allSettled(stops.map((stop) => stop()));
  removeStackRecord(folder.path);
  folder.close();
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}
