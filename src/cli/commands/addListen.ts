import type { Command } from 'commander';
import { formatNames } from '../../catalogs/formats.js';
import { subscriptionPattern } from '../../domain/eventTypeName.js';
import { maxRetries } from '../../domain/limits.js';
import { findService } from '../findService.js';
import type { ListenOptions } from '../listen/listen.js';
import { choice, commonOptions, httpUrl, nameValue, tenantId, wholeNumber } from '../options.js';
import type { Terminal } from '../terminal.js';
import { UsageError } from '../usageError.js';

interface Options extends Omit<ListenOptions, 'types' | 'json'> {
  types: string;
}

const help = `
The endpoint is made at the start and deleted at the end. Each request's signature is verified with the Standard
Webhooks library; the first line of each delivery shows what was answered.

Examples:
  everhook listen
  everhook listen --fail 3                     see three retries, then a success
  everhook listen --types 'order.*' --forward-to http://127.0.0.1:3000/webhooks
`;

export function addListen(program: Command, terminal: Terminal): void {
  program
    .command('listen')
    .description('Receive events here: print each delivery, verify it, forward it')
    .option('-t, --tenant <id>', 'whose events', tenantId, 'acme')
    .option('--types <list>', 'event types, separated by commas; flow.* and * too', '*')
    .option('--format <name>', `one of ${formatNames.join(', ')}`, choice(formatNames), 'standard')
    .option('--scope <attribute:value>', 'events with this attribute alone; some formats need it')
    .option('--require <name=value>', 'events with this attribute alone; repeat it', nameValue)
    .option('--filter <name=value>', 'events with any of these attributes; repeat it', nameValue)
    .option(
      '--forward-to <url>',
      'send each request on to this address and answer what it answers',
      httpUrl,
    )
    .option(
      '--fail <attempts>',
      'answer 503 to the first attempts of each delivery',
      wholeNumber(0, maxRetries),
      0,
    )
    .option('--port <number>', 'where to listen; 0 takes a free port', wholeNumber(0, 65_535), 0)
    .option(
      '--public-url <url>',
      'how the service reaches this receiver, if it runs elsewhere',
      httpUrl,
    )
    .option('--secret <text>', 'sign with this instead of a new secret; whsec_… or any text')
    .addHelpText('after', help)
    .action(async (options: Options, command: Command) => {
      const { json = false, environment } = commonOptions(command);
      const types = options.types.split(',').map((type) => type.trim());
      const bad = types.find((type) => !subscriptionPattern.test(type));
      if (bad !== undefined)
        throw new UsageError(`--types: "${bad}" is no event type, flow.* or *.`);
      if (options.secret?.startsWith('whsk_')) {
        throw new UsageError(
          '--secret: a key pair can sign but not verify; use whsec_… or any text.',
        );
      }
      const service = findService(terminal.environment, environment);
      const { listen } = await import('../listen/listen.js');
      await listen(service, { ...options, types, json }, terminal);
    });
}
