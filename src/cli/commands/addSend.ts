import type { Command } from 'commander';
import { dataOf, type components, type EverhookClient } from '../../client/index.js';
import type { DeliverySummary } from '../deliveries/listDeliveries.js';
import { findService } from '../findService.js';
import { commonOptions, nameValue, tenantId, textGiven, wholeNumber } from '../options.js';
import { paintState } from '../paint.js';
import { eventText, type EventParts } from '../send/eventText.js';
import { untilFinal } from '../send/untilFinal.js';
import type { Terminal } from '../terminal.js';
import { jsonLine } from '../jsonLine.js';

interface Options {
  tenant: string;
  attribute?: Record<string, string | string[]>;
  timestamp?: string;
  idempotencyKey?: string;
  wait?: number;
}

const help = `
The data is JSON: as it stands, @file, or - for standard input. It is sent as it is, byte for byte.
With --wait the exit code is 1 unless every delivery was delivered.

Examples:
  everhook send hello.world '{"greeting":"Hello"}'
  everhook send order.paid @order.json --tenant globex --attribute plan=pro --wait 30
`;

export function addSend(program: Command, terminal: Terminal): void {
  program
    .command('send <type> [data]')
    .description('Submit an event')
    .option('-t, --tenant <id>', 'the tenant that it happened to', tenantId, 'acme')
    .option('-a, --attribute <name=value>', 'what endpoints filter on; repeatable', nameValue)
    .option('--timestamp <moment>', 'when it happened, ISO 8601; now unless told')
    .option('--idempotency-key <text>', 'the same again is accepted once; a new one unless told')
    .option('-w, --wait <seconds>', 'wait that long for what becomes of it', wholeNumber(1, 86_400))
    .addHelpText('after', help)
    .action(async (type: string, data: string | undefined, options: Options, command: Command) => {
      const { json = false, environment } = commonOptions(command);
      const { tenant, wait } = options;
      const text = eventText(partsOf(type, options), await textGiven(data ?? '{}', terminal));
      const { client } = findService(terminal.environment, environment);
      const accepted = await submit(client, text, options);
      const count = accepted.deliveries.length;
      terminal.err(
        count === 0
          ? `Accepted; no endpoint of ${tenant} wants ${type}.\n`
          : `Accepted, ${count} ${count === 1 ? 'delivery' : 'deliveries'}.\n`,
      );
      if (wait === undefined) {
        terminal.out(json ? jsonLine(accepted) : `${accepted.id}\n`);
        return;
      }
      const waited = { tenant, eventId: accepted.id, waitMs: wait * 1_000 };
      report(await untilFinal(client, waited), terminal, json);
    });
}

function partsOf(type: string, { attribute, timestamp }: Options): EventParts {
  return {
    type,
    ...(attribute === undefined ? {} : { attributes: attribute }),
    ...(timestamp === undefined ? {} : { timestamp }),
  };
}

/** `text` is the whole body, in which the data stands as it was given. */
async function submit(
  client: EverhookClient,
  text: string,
  { tenant, idempotencyKey }: Options,
): Promise<components['schemas']['EventAccepted']> {
  const header =
    idempotencyKey === undefined ? {} : { header: { 'idempotency-key': idempotencyKey } };
  return await dataOf(
    client.POST('/v1/tenants/{tenant}/events', {
      params: { path: { tenant }, ...header },
      // Typed as an object, which the serializer replaces by the text.
      body: { type: '', data: null },
      bodySerializer: () => text,
    }),
  );
}

function report(deliveries: readonly DeliverySummary[], terminal: Terminal, asJson: boolean): void {
  for (const delivery of deliveries) {
    const { id, endpointId, state, attemptCount, lastAnswer } = delivery;
    const attempts = `${attemptCount} ${attemptCount === 1 ? 'attempt' : 'attempts'}`;
    const last = lastAnswer === null ? '' : `, last answer ${lastAnswer}`;
    terminal.out(
      asJson
        ? jsonLine(delivery)
        : `${id}  ${endpointId}  ${paintState(terminal, state)}  ${attempts}${last}\n`,
    );
  }
  const missing = deliveries.filter(({ state }) => state !== 'delivered').length;
  if (missing > 0) throw new Error(`${missing} of ${deliveries.length} not delivered.`);
}
