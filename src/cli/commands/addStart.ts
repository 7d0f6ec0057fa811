import type { Command } from 'commander';

const help = `
Settings are environment variables: see the README. With none set, Postgres and a Temporal server are started
along with it, on the data folder .everhook.
`;

export function addStart(program: Command): void {
  program
    .command('start')
    .description('Start the service; the same as `npm start`')
    .addHelpText('after', help)
    .action(async () => {
      await import('../../main.js');
    });
}
