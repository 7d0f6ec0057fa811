import { join } from 'node:path';

/** Where the parts of a cluster keep what is theirs, in its data folder. */
export interface ClusterFolders {
  postgres: string;
  temporal: string;
  temporalUi: string;
  logs: string;
  /** Not made: a process of the service is told from others by it. */
  markOf: (member: string) => string;
}

export function clusterFolders(dataFolder: string): ClusterFolders {
  return {
    // As in the data folder of a single service, so that the command line finds the password.
    postgres: join(dataFolder, 'postgres'),
    temporal: join(dataFolder, 'temporal'),
    temporalUi: join(dataFolder, 'temporal-ui'),
    logs: join(dataFolder, 'logs'),
    markOf: (member) => join(dataFolder, member),
  };
}
