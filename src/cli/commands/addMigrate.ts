import type { Command } from 'commander';
import { readSetting } from '../../config/readSetting.js';
import { usage } from '../findService.js';
import { commonOptions } from '../options.js';
import type { Terminal } from '../terminal.js';
import { UsageError } from '../usageError.js';

const help = `
A start does this too. On its own it is for a deployment whose services may not change the schema.
`;

export function addMigrate(program: Command, terminal: Terminal): void {
  program
    .command('migrate')
    .description("Bring the database of DATABASE_URL to this version's schema")
    .addHelpText('after', help)
    .action(async (_options: object, command: Command) => {
      const databaseUrl = usage(() => readSetting('databaseUrl', terminal.environment));
      if (databaseUrl === undefined) {
        throw new UsageError(
          'DATABASE_URL is not set. (The embedded database is migrated by each start.)',
        );
      }
      const { migrate } = await import('../../store/migrate.js');
      await migrate(databaseUrl);
      const { json } = commonOptions(command);
      terminal.out(json ? '{"migrated":true}\n' : "The database has this version's schema.\n");
    });
}
