import { relative } from 'node:path';
import { table } from '../table.js';
import type { Cluster } from './startCluster.js';

/** What runs where, and what to try. */
export function showCluster({ dataFolder, logFolder, keysFile, processes }: Cluster): string {
  const rows = Object.entries(processes.all)
    .map(([name, { pid, at }]) => [name, at, String(pid)])
    // They are on record in the order in which they came up.
    .sort(([one = ''], [other = '']) => one.localeCompare(other));
  const worker = processes.all['worker-1']?.pid;
  return `
The cluster is running.

${table(['', 'answers at', 'process'], rows)}
  API docs  ${processes.all['api-1']?.at}/docs
  API keys  ${keysFile}
  logs      ${logFolder}

Each that ends comes back: kill -9 ${worker}, say. The command line finds the cluster by its data folder:

  export EVERHOOK_DATA_DIR=${fromHere(dataFolder)}
  npx everhook listen
  npx everhook send hello.world '{"greeting":"Hello"}'

Ctrl-C ends all of it; its data stays there.
`;
}

function fromHere(folder: string): string {
  const short = relative(process.cwd(), folder);
  return short.startsWith('..') ? folder : short;
}
