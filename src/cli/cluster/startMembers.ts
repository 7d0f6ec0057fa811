import { join } from 'node:path';
import type { Config } from '../../config/loadConfig.js';
import { settings } from '../../config/settings.js';
import type { Undo } from '../../service/undo.js';
import type { ClusterFolders } from './clusterFolders.js';
import { clusterMembers, type ClusterMember } from './clusterMembers.js';
import type { ClusterProcesses, ProcessPlan } from './clusterProcesses.js';
import { startMember, type Member } from './startMember.js';

interface Given {
  config: Config;
  folders: ClusterFolders;
  processes: ClusterProcesses;
  /** Of all of them. */
  environment: NodeJS.ProcessEnv;
}

/** Starts all processes of the service at once; they are stopped at once, too. */
export async function startMembers(given: Given, undo: Undo): Promise<void> {
  const starting = clusterMembers.map((member) => given.processes.keep(planOf(member, given)));
  undo.add(async () => {
    const started = await Promise.allSettled(starting);
    const kept = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    await Promise.all(kept.map((one) => one.stop()));
  });
  await Promise.all(starting);
}

function planOf(
  { name, roles, portOffset }: ClusterMember,
  { config, folders, environment }: Given,
): ProcessPlan<Member> {
  const preferredPort = portOffset === null || config.port === 0 ? 0 : config.port + portOffset;
  return {
    name,
    start: (last) =>
      startMember({
        name,
        mark: folders.markOf(name),
        logFile: join(folders.logs, `${name}.log`),
        environment: { ...environment, [settings.roles.variable]: roles },
        shutdownGraceMs: config.shutdownGraceMs,
        preferredPort: last?.port ?? preferredPort,
        portIsFixed: last !== undefined,
      }),
    at: ({ url }) => url,
  };
}
