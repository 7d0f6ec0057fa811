import { mkdirSync } from 'node:fs';
import type { Config } from '../../config/loadConfig.js';
import { settings } from '../../config/settings.js';
import { findClusterPrograms } from '../../embedded/cluster/findClusterPrograms.js';
import { stopLeftTemporalOnPostgres } from '../../embedded/cluster/temporalOnPostgres.js';
import { stopLeftTemporalUi } from '../../embedded/cluster/temporalUi.js';
import { createDatabase } from '../../embedded/createDatabase.js';
import { openDataFolder } from '../../embedded/dataFolder.js';
import type { PostgresServer } from '../../embedded/postgresServer.js';
import { embeddedDatabase } from '../../embedded/startEmbeddedPostgres.js';
import {
  embeddedEncryptionKeys,
  keysFileOf,
  loopbackNetworks,
  writeFirstKeys,
} from '../../service/embeddedDefaults.js';
import { Undo } from '../../service/undo.js';
import { migrate } from '../../store/migrate.js';
import { createPool } from '../../store/pool.js';
import { clusterFolders, type ClusterFolders } from './clusterFolders.js';
import { clusterMembers } from './clusterMembers.js';
import { ClusterProcesses } from './clusterProcesses.js';
import { stopLeftMember } from './startMember.js';
import { startMembers } from './startMembers.js';
import { startServers, type ClusterServers } from './startServers.js';

export interface ClusterOptions {
  dataDir: string;
  /** What its processes share. */
  config: Config;
  /** The rest of the environment that they get. */
  environment: NodeJS.ProcessEnv;
  /** Told each step, and what ends and comes back. */
  say: (line: string) => void;
  stopped: AbortSignal;
}

export interface Cluster {
  /** Absolute. */
  dataFolder: string;
  logFolder: string;
  keysFile: string;
  processes: ClusterProcesses;
  /** The service first, then what it stands on. */
  stop: () => Promise<void>;
}

/**
 * Starts what docker-compose.yml does, as processes of this machine on one data folder, which it locks: Postgres, the
 * Temporal server on it, its Web UI, two APIs and two workers. Each that ends is started again. What a killed cluster
 * left there is stopped first. Throws what stops the start, with all that was started stopped.
 */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const undo = new Undo();
  try {
    return await start(options, undo);
  } catch (error) {
    // What can't be stopped either is told beside what stopped the start, not in its place.
    await undo.all().catch((failure: unknown) => options.say(String(failure)));
    throw error;
  }
}

async function start(options: ClusterOptions, undo: Undo): Promise<Cluster> {
  const { config, say, stopped } = options;
  const folder = openDataFolder(options.dataDir);
  undo.add(async () => folder.close());
  const folders = clusterFolders(folder.path);
  mkdirSync(folders.logs, { recursive: true });
  const processes = new ClusterProcesses(folder.path, say);
  undo.add(async () => processes.close());
  await stopLeft(folders, config);

  const programs = await findClusterPrograms({ progress: say, signal: stopped });
  const servers = await startServers({ ...options, programs, folders, processes }, undo);
  say("Bringing Everhook's database to this version's schema …");
  const keysFile = keysFileOf(folder.path);
  await prepareDatabase(servers.postgres, keysFile);
  stopped.throwIfAborted();
  say('Starting two APIs and two workers …');
  const environment = memberEnvironment(options, servers, folder.path);
  await startMembers({ config, folders, processes, environment }, undo);
  processes.noteAddresses({
    ports: {
      postgres: servers.postgres.port,
      temporal: servers.temporal.port,
      temporalUi: servers.ui.port,
    },
    urls: { api: processes.all['api-1']?.at ?? '', temporalUi: servers.ui.url },
  });
  const stop = () => undo.all();
  return { dataFolder: folder.path, logFolder: folders.logs, keysFile, processes, stop };
}

/** Postgres's own start stops the one that was left. */
async function stopLeft(folders: ClusterFolders, config: Config): Promise<void> {
  await Promise.all(
    clusterMembers.map(({ name }) => stopLeftMember(folders.markOf(name), config.shutdownGraceMs)),
  );
  await stopLeftTemporalUi(folders.temporalUi);
  await stopLeftTemporalOnPostgres(folders.temporal);
}

/** The migrate step, and at the first start an API key per environment. */
async function prepareDatabase({ databaseUrl }: PostgresServer, keysFile: string): Promise<void> {
  const url = databaseUrl(embeddedDatabase);
  await createDatabase(databaseUrl('postgres'), embeddedDatabase);
  await migrate(url);
  const pool = createPool(url, 1, () => undefined);
  try {
    await writeFirstKeys(pool, keysFile);
  } finally {
    await pool.end();
  }
}

function memberEnvironment(
  { environment, config }: ClusterOptions,
  { postgres, temporal, ui }: ClusterServers,
  dataFolder: string,
): NodeJS.ProcessEnv {
  const allowed = config.allowNetworks ?? loopbackNetworks;
  return {
    ...environment,
    [settings.databaseUrl.variable]: postgres.databaseUrl(embeddedDatabase),
    [settings.temporalAddress.variable]: temporal.address,
    [settings.temporalUiUrl.variable]: ui.url,
    [settings.encryptionKeys.variable]: embeddedEncryptionKeys(dataFolder),
    [settings.allowNetworks.variable]: allowed.join(','),
  };
}
