import { processTerminal } from './terminal.js';
import { runCommandLine } from './runCommandLine.js';

process.exitCode = await runCommandLine(process.argv.slice(2), processTerminal());
