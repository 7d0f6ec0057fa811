import { join } from 'node:path';
import type { Command } from 'commander';
import { clusterConfig, userEnvironment } from '../cluster/clusterSettings.js';
import { dataFolderOf } from '../findService.js';
import { isAbort } from '../isAbort.js';
import type { Terminal } from '../terminal.js';

const dayMs = 86_400_000;

const help = `
The same parts as docker-compose.yml: Postgres, a Temporal server on it, its Web UI, two APIs and two workers, each a
process of its own that comes back when it ends. Temporal's programs are built with Go at the first start, once.
Data and logs stay in the folder cluster of the data folder (EVERHOOK_DATA_DIR). Settings are those of the service;
with PORT=0 everything takes free ports.
`;

export function addCluster(program: Command, terminal: Terminal): void {
  program
    .command('cluster')
    .description('Run several processes of the service and their servers on this machine')
    .addHelpText('after', help)
    .action(async () => {
      const stopped = terminal.untilStopped();
      const config = clusterConfig(terminal.environment);
      const { startCluster } = await import('../cluster/startCluster.js');
      const { showCluster } = await import('../cluster/showCluster.js');
      const say = (line: string): void => terminal.err(`${line}\n`);
      try {
        const cluster = await startCluster({
          dataDir: join(dataFolderOf(terminal.environment), 'cluster'),
          config,
          environment: userEnvironment(terminal.environment),
          say,
          stopped,
        });
        terminal.out(showCluster(cluster));
        await untilAborted(stopped);
        say('Stopping: what is under way is finished first.');
        await cluster.stop();
      } catch (error) {
        if (!isAbort(error, stopped)) throw error;
      }
    });
}

/** Waiting for a signal alone doesn't keep a process running; a timer does. */
async function untilAborted(signal: AbortSignal): Promise<void> {
  const timer = setInterval(() => undefined, dayMs);
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
  clearInterval(timer);
}
