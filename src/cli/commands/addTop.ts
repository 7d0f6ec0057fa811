import type { Command } from 'commander';
import { tenantId, wholeNumber } from '../options.js';
import { serviceOf } from '../serviceOf.js';
import type { Terminal } from '../terminal.js';

const help = `
Every 2 s until Ctrl-C, in place on a terminal. States: open, down (only probed), paused, disabled; draining: its queue
is worked off; waiting: for a retry, for its rate, or for what blocks its order. A SECOND is how a queue changes.
`;

export function addTop(program: Command, terminal: Terminal): void {
  program
    .command('top')
    .description('Watch what is queued, drained and retried, by endpoint, the longest queues first')
    .option('-t, --tenant <id>', 'of this tenant; of all unless told', tenantId)
    .option('-n, --rows <count>', 'how many endpoints at most', wholeNumber(1, 250), 20)
    .option('--once', 'look once and end', false)
    .addHelpText('after', help)
    .action(async (options: { tenant?: string; rows: number; once: boolean }, command: Command) => {
      const { client, json } = serviceOf(terminal, command);
      const { top } = await import('../top/top.js');
      await top(client, { ...options, tenant: options.tenant, json }, terminal);
    });
}
