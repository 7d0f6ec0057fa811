import type { Command } from 'commander';
import { catalogNames, catalogs } from '../../catalogs/catalogs.js';
import { catalogJson, showCatalog } from '../catalog/showCatalog.js';
import { commonOptions } from '../options.js';
import { table } from '../table.js';
import type { Terminal } from '../terminal.js';
import { UsageError } from '../usageError.js';
import { jsonLine } from '../jsonLine.js';

const help = `
A catalog is the events of one real system: types with schema and sample, the bodies that its receivers know, its rules.
These are the ones of this version; no service is asked.

Examples:
  everhook catalog list
  everhook catalog show flow-sessions
  everhook --json catalog show flow-sessions     with the schemas
`;

export function addCatalog(program: Command, terminal: Terminal): void {
  const catalog = program
    .command('catalog')
    .description('The catalogs of event types that come ready')
    .addHelpText('after', help);
  catalog
    .command('list')
    .description('List them')
    .action((_options: object, command: Command) => {
      if (commonOptions(command).json) {
        for (const one of catalogs) terminal.out(jsonLine(catalogJson(one)));
        return;
      }
      const rows = catalogs.map(({ name, title, types, formats }) => [
        ...[name, title, String(types.length), Object.keys(formats).join(', ')],
      ]);
      terminal.out(table(['NAME', 'TITLE', 'TYPES', 'FORMATS'], rows));
    });
  catalog
    .command('show <name>')
    .description('Show one: its formats, rules, types and samples')
    .action((name: string, _options: object, command: Command) => {
      const found = catalogs.find((one) => one.name === name);
      if (found === undefined) {
        throw new UsageError(
          `There is no catalog "${name}"; there are: ${catalogNames.join(', ')}.`,
        );
      }
      const asJson = commonOptions(command).json === true;
      terminal.out(asJson ? jsonLine(catalogJson(found)) : showCatalog(found));
    });
}
