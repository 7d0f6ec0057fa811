import type { Command } from 'commander';
import type { EverhookClient } from '../client/index.js';
import { findService } from './findService.js';
import { commonOptions } from './options.js';
import type { Terminal } from './terminal.js';

/** What most commands begin with: a client for the service that is meant, and whether JSON is wanted. */
export function serviceOf(
  terminal: Terminal,
  command: Command,
): { client: EverhookClient; json: boolean } {
  const { environment, json = false } = commonOptions(command);
  return { client: findService(terminal.environment, environment).client, json };
}
