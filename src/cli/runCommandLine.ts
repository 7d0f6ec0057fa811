import { Command, CommanderError } from 'commander';
import { packageVersion } from '../config/packageVersion.js';
import { environments } from '../domain/words.js';
import { addAudit } from './commands/addAudit.js';
import { addCatalog } from './commands/addCatalog.js';
import { addCluster } from './commands/addCluster.js';
import { addDeliveries } from './commands/addDeliveries.js';
import { addDemo } from './commands/addDemo.js';
import { addDoctor } from './commands/addDoctor.js';
import { addEndpoints } from './commands/addEndpoints.js';
import { addImports } from './commands/addImports.js';
import { addKeys } from './commands/addKeys.js';
import { addListen } from './commands/addListen.js';
import { addMigrate } from './commands/addMigrate.js';
import { addSecrets } from './commands/addSecrets.js';
import { addRecover } from './commands/addRecover.js';
import { addRecoveries } from './commands/addRecoveries.js';
import { addSend } from './commands/addSend.js';
import { addStart } from './commands/addStart.js';
import { addTail } from './commands/addTail.js';
import { addTop } from './commands/addTop.js';
import { exitCodes } from './exitCodes.js';
import { choice } from './options.js';
import { safeText } from './safeText.js';
import { showError } from './showError.js';
import type { Terminal } from './terminal.js';
import { UsageError } from './usageError.js';

const help = `
Which service, and as whom: EVERHOOK_URL and EVERHOOK_API_KEY. Where these are not set, the service that was
started in this folder is found by its data folder (EVERHOOK_DATA_DIR, .everhook).

Exit codes: 0 done; 1 it did not go well; 2 the command line or a setting can't be used.
`;

/** Runs one command, all of whose failures are shown, and says what the process is to end with. */
export async function runCommandLine(
  commandLine: readonly string[],
  terminal: Terminal,
): Promise<number> {
  const program = createProgram(terminal);
  try {
    await program.parseAsync(commandLine, { from: 'user' });
    return exitCodes.ok;
  } catch (error) {
    // Help and version end this way too; commander has written what there is to say.
    if (error instanceof CommanderError)
      return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    showError(error, terminal, { asJson: program.opts<{ json?: true }>().json === true });
    if (error instanceof UsageError) return exitCodes.usage;
    return exitCodes.failed;
  }
}

function createProgram(terminal: Terminal): Command {
  const program = new Command('everhook')
    .description('Webhook delivery that never loses an event.')
    .version(packageVersion)
    .option('--json', 'print results as JSON, one value per line')
    .option(
      '-e, --environment <name>',
      `whose key of the data folder to use: ${environments.join(' or ')} (default: test)`,
      choice(environments),
    )
    .addHelpText('after', help)
    .showHelpAfterError('(add --help for what there is)')
    .configureOutput({
      writeOut: terminal.out,
      // It repeats what was given, which may be pasted.
      writeErr: (text) => terminal.err(safeText(text, { multiline: true })),
    })
    .exitOverride();
  const commands = [
    addStart,
    addMigrate,
    addKeys,
    addSecrets,
    addSend,
    addListen,
    addTail,
    addTop,
    addDeliveries,
    addEndpoints,
    addImports,
    addRecover,
    addRecoveries,
    addAudit,
    addCatalog,
    addDoctor,
    addDemo,
    addCluster,
  ];
  for (const add of commands) add(program, terminal);
  return program;
}
