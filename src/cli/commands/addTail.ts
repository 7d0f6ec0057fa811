import type { Command } from 'commander';
import { findService } from '../findService.js';
import { commonOptions, tenantId, wholeNumber } from '../options.js';
import type { Terminal } from '../terminal.js';

const help = `
Follows the newest 250 deliveries and shows each change of one, until Ctrl-C.
`;

export function addTail(program: Command, terminal: Terminal): void {
  program
    .command('tail')
    .description('Follow what becomes of deliveries')
    .option('-t, --tenant <id>', 'of this tenant; of all unless told', tenantId)
    .option(
      '-n, --lines <count>',
      'how many of those that are there to show first',
      wholeNumber(0, 250),
      10,
    )
    .addHelpText('after', help)
    .action(async (options: { tenant?: string; lines: number }, command: Command) => {
      const { environment, json = false } = commonOptions(command);
      const { client } = findService(terminal.environment, environment);
      const { tail } = await import('../tail/tail.js');
      await tail(client, { tenant: options.tenant, lines: options.lines, json }, terminal);
    });
}
