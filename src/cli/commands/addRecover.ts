import type { Command } from 'commander';
import { dataOf, type components, type EverhookClient } from '../../client/index.js';
import { defaultRecoveryRatePerSecond, maxRecoveryRatePerSecond } from '../../domain/limits.js';
import { finalStates, type FinalState } from '../../domain/words.js';
import { tenantOf } from '../deliveries/tenantOf.js';
import { findEndpoint } from '../endpoints/findEndpoint.js';
import { choice, commonOptions, each, moment, shownId, tenantId, wholeNumber } from '../options.js';
import { progressText } from '../recover/showRecovery.js';
import { serviceOf } from '../serviceOf.js';
import type { Terminal } from '../terminal.js';
import { UsageError } from '../usageError.js';
import { jsonLine } from '../jsonLine.js';

interface Options {
  tenant?: string;
  endpoint?: string[];
  delivery?: string[];
  type?: string[];
  state?: FinalState[];
  since?: string;
  until?: string;
  rate: number;
  /** `--no-wait` */
  wait: boolean;
}

const help = `
What matches gets a new round, through its endpoint's queue; unless told, what failed. It is followed until it has
ended; Ctrl-C leaves it running.

Examples:
  everhook recover --endpoint ep_… --since 2h
  everhook recover --tenant acme --since 2027-01-31T08:00:00Z --until 2027-01-31T12:00:00Z --rate 20
  everhook recover --delivery dlv_… --delivery dlv_… --state delivered
  everhook recoveries list --tenant acme
`;

export function addRecover(program: Command, terminal: Terminal): void {
  program
    .command('recover')
    .description('Send many deliveries again: those to an endpoint, of a time, or named one by one')
    .option('-t, --tenant <id>', 'whose they are; found by --endpoint or --delivery', tenantId)
    .option('--endpoint <id>', 'to this endpoint; repeatable', each(shownId('endpoint')))
    .option('--delivery <id>', 'this delivery; repeatable', each(shownId('delivery')))
    .option('--type <name>', 'of this event type; repeatable', each(String))
    .option(
      '-s, --state <state>',
      `${finalStates.join(', ')}; failed unless told; repeatable`,
      each(choice(finalStates)),
    )
    .option('--since <moment>', 'of events accepted then or later: 2h (ago), or a moment', moment)
    .option('--until <moment>', 'of events accepted before', moment)
    .option(
      '--rate <count>',
      'how many a second',
      wholeNumber(1, maxRecoveryRatePerSecond),
      defaultRecoveryRatePerSecond,
    )
    .option('--no-wait', 'print its id and end')
    .addHelpText('after', help)
    .action(async (options: Options, command: Command) => {
      await runRecovery(options, terminal, command);
    });
}

async function runRecovery(options: Options, terminal: Terminal, command: Command): Promise<void> {
  refuseEverything(options);
  const { client, json } = serviceOf(terminal, command);
  const tenant = options.tenant ?? (await tenantMeant(client, options));
  const made = await dataOf(
    client.POST('/v1/tenants/{tenant}/recoveries', {
      params: { path: { tenant } },
      body: bodyOf(options),
    }),
  );
  if (!options.wait) {
    terminal.out(json ? jsonLine(made) : `${made.id}\n`);
    return;
  }
  terminal.err(`${made.id} of ${tenant}; Ctrl-C leaves it running.\n`);
  const { followRecovery } = await import('../recover/followRecovery.js');
  const { environment } = commonOptions(command);
  const seen = await followRecovery(client, made, terminal, environment);
  terminal.out(json ? jsonLine(seen) : `${seen.id}  ${progressText(seen)}\n`);
  if (seen.state === 'cancelled') throw new Error('Somebody has cancelled it.');
}

/** All that a tenant ever had is too much to be asked for by leaving something out. */
function refuseEverything({ endpoint, delivery, type, since, until }: Options): void {
  const given = [endpoint, delivery, type, since, until];
  if (given.some((one) => one !== undefined)) return;
  throw new UsageError(whatToSay);
}

const whatToSay =
  'Say of what: --endpoint, --delivery, or --tenant with --since, --until or --type.';

async function tenantMeant(client: EverhookClient, options: Options): Promise<string> {
  const endpointId = options.endpoint?.[0];
  if (endpointId !== undefined) return (await findEndpoint(client, endpointId)).tenant;
  const deliveryId = options.delivery?.[0];
  if (deliveryId !== undefined) return await tenantOf(client, deliveryId);
  throw new UsageError(whatToSay);
}

function bodyOf(options: Options): components['schemas']['NewRecovery'] {
  const { endpoint, delivery, type, state, since, until, rate } = options;
  return {
    ...(endpoint === undefined ? {} : { endpointIds: endpoint }),
    ...(delivery === undefined ? {} : { deliveryIds: delivery }),
    ...(type === undefined ? {} : { types: type }),
    states: state ?? ['failed'],
    ratePerSecond: rate,
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
  };
}
