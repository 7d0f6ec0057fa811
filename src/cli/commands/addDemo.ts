import type { Command } from 'commander';
import { isAbort } from '../isAbort.js';
import type { Terminal } from '../terminal.js';

const help = `
Starts a service of its own on temporary data, erased at the end; a service that runs already is left alone.
`;

export function addDemo(program: Command, terminal: Terminal): void {
  program
    .command('demo')
    .description(
      'See the service at work: 20 events, three receivers, a table of what becomes of them',
    )
    .addHelpText('after', help)
    .action(async () => {
      const stopped = terminal.untilStopped();
      const { startThrowawayService } = await import('../demo/throwawayService.js');
      const { runDemo } = await import('../demo/runDemo.js');
      terminal.err(
        'Starting a service on temporary data, with its Postgres and Temporal server …\n',
      );
      try {
        const service = await startThrowawayService(terminal.environment, stopped);
        try {
          terminal.err('Sending 20 events to three receivers.\n\n');
          await runDemo(service, terminal, stopped);
        } finally {
          await service.end();
        }
      } catch (error) {
        if (!isAbort(error, stopped)) throw error;
      }
    });
}
