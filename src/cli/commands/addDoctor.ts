import type { Command } from 'commander';
import type { Finding } from '../doctor/finding.js';
import { commonOptions } from '../options.js';
import { paint, type Colour } from '../paint.js';
import type { Terminal } from '../terminal.js';
import { jsonLine } from '../jsonLine.js';

const help = `
Looks at settings, Postgres, its schema, the clocks, encryption and API keys; at what waits to be started, endpoints that
are down, queues that nobody looks after, partitions and retention; at Temporal, its namespace and search attributes, the
workers, and the service itself. Says what to do about what is wrong. It changes nothing. Exit code 1: a problem.
`;

const colours: Record<Finding['state'], Colour> = {
  ok: 'green',
  warning: 'yellow',
  problem: 'red',
  skipped: 'dim',
};
const stateWidth = 'problem'.length;
const subjectWidth = 'search attributes'.length;

export function addDoctor(program: Command, terminal: Terminal): void {
  program
    .command('doctor')
    .description('Find what is wrong with an installation, and what to do')
    .addHelpText('after', help)
    .action(async (_options: object, command: Command) => {
      const { json = false, environment } = commonOptions(command);
      const { doctor } = await import('../doctor/doctor.js');
      let problems = 0;
      for await (const finding of doctor(terminal.environment, environment)) {
        terminal.out(json ? jsonLine(finding) : line(finding, terminal));
        if (finding.state === 'problem') problems += 1;
      }
      if (problems > 0) throw new Error(`${problems} ${problems === 1 ? 'problem' : 'problems'}.`);
    });
}

function line({ subject, state, detail, remedy }: Finding, terminal: Terminal): string {
  const shown = paint(terminal, colours[state], state.padEnd(stateWidth));
  const found = `${shown}  ${subject.padEnd(subjectWidth)}  ${detail}\n`;
  const indent = ' '.repeat(stateWidth + subjectWidth + 4);
  return remedy === null ? found : `${found}${indent}→ ${remedy}\n`;
}
