import { join } from 'node:path';
import type { Config } from '../../config/loadConfig.js';
import type { ClusterPrograms } from '../../embedded/cluster/findClusterPrograms.js';
import { prepareNamespace } from '../../embedded/cluster/prepareNamespace.js';
import { setUpTemporalDatabases } from '../../embedded/cluster/temporalDatabases.js';
import {
  startTemporalOnPostgres,
  type TemporalOnPostgres,
} from '../../embedded/cluster/temporalOnPostgres.js';
import { startTemporalUi, type TemporalUi } from '../../embedded/cluster/temporalUi.js';
import { startPostgres, type PostgresServer } from '../../embedded/postgresServer.js';
import type { Undo } from '../../service/undo.js';
import type { ClusterFolders } from './clusterFolders.js';
import type { ClusterProcesses, ProcessPlan } from './clusterProcesses.js';

export interface ClusterServers {
  postgres: PostgresServer;
  temporal: TemporalOnPostgres;
  ui: TemporalUi;
}

interface Given {
  config: Config;
  programs: ClusterPrograms;
  folders: ClusterFolders;
  processes: ClusterProcesses;
  say: (line: string) => void;
  stopped: AbortSignal;
}

/** Where they are free; Postgres's is beside that of a single service. */
const usualPorts = { postgres: 54_330, temporal: 7_233, temporalUi: 8_233 };

/** Two APIs, two workers and Temporal take about a hundred with the settings as they come. */
const maxConnections = 300;

/** Starts what the service stands on, each part as soon as it can be used. */
export async function startServers(given: Given, undo: Undo): Promise<ClusterServers> {
  const { config, programs, processes, say, stopped } = given;
  const keep = async <P extends PostgresServer | TemporalOnPostgres | TemporalUi>(
    plan: ProcessPlan<P>,
  ): Promise<P> => {
    stopped.throwIfAborted();
    const kept = await processes.keep(plan);
    undo.add(() => kept.stop());
    return kept.first;
  };
  const ports = config.port === 0 ? { postgres: 0, temporal: 0, temporalUi: 0 } : usualPorts;

  say('Starting Postgres …');
  const postgres = await keep(postgresPlan(given, ports.postgres));
  say('Starting the Temporal server on it …');
  await setUpTemporalDatabases(programs.sqlTool, postgres.databaseUrl);
  const temporal = await keep(temporalPlan(given, postgres, ports.temporal));
  const { temporalNamespace, temporalRetentionHours } = config;
  await prepareNamespace(temporal.address, temporalNamespace, temporalRetentionHours);
  const ui = await keep(uiPlan(given, temporal, ports.temporalUi));
  return { postgres, temporal, ui };
}

function postgresPlan({ folders }: Given, port: number): ProcessPlan<PostgresServer> {
  return {
    name: 'postgres',
    start: (last) =>
      startPostgres({ folder: folders.postgres, maxConnections, ...portOf(last, port) }),
    at: (server) => `127.0.0.1:${server.port}`,
  };
}

function temporalPlan(
  { folders, programs }: Given,
  { databaseUrl }: PostgresServer,
  port: number,
): ProcessPlan<TemporalOnPostgres> {
  return {
    name: 'temporal',
    start: (last) =>
      startTemporalOnPostgres({
        folder: folders.temporal,
        logFile: join(folders.logs, 'temporal.log'),
        program: programs.server,
        databaseUrl,
        ...portOf(last, port),
      }),
    at: ({ address }) => address,
  };
}

function uiPlan(
  { folders, programs, config }: Given,
  { address }: TemporalOnPostgres,
  port: number,
): ProcessPlan<TemporalUi> {
  return {
    name: 'temporal-ui',
    start: (last) =>
      startTemporalUi({
        folder: folders.temporalUi,
        logFile: join(folders.logs, 'temporal-ui.log'),
        program: programs.ui,
        temporalAddress: address,
        namespace: config.temporalNamespace,
        ...portOf(last, port),
      }),
    at: ({ url }) => url,
  };
}

/** The one that comes back must be where its clients look for it. */
function portOf(last: { port: number } | undefined, preferredPort: number) {
  return last === undefined ? { preferredPort } : { preferredPort: last.port, portIsFixed: true };
}
