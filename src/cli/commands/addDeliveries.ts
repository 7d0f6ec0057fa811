import type { Command } from 'commander';
import { dataOf, type EverhookClient } from '../../client/index.js';
import { deliveryStates, type DeliveryState } from '../../domain/words.js';
import { deliveryRow, deliveryTitles } from '../deliveries/deliveryRow.js';
import { listDeliveries } from '../deliveries/listDeliveries.js';
import { showDelivery } from '../deliveries/showDelivery.js';
import { tenantOf } from '../deliveries/tenantOf.js';
import { findService } from '../findService.js';
import { choice, commonOptions, shownId, tenantId, wholeNumber } from '../options.js';
import { table } from '../table.js';
import type { Terminal } from '../terminal.js';

interface ListOptions {
  tenant?: string;
  endpointId?: string;
  eventId?: string;
  type?: string;
  state?: DeliveryState;
  after?: string;
  before?: string;
  limit: number;
  cursor?: string;
}

const help = `
Examples:
  everhook deliveries list --state failed
  everhook deliveries show dlv_…
  everhook deliveries retry dlv_…
`;

export function addDeliveries(program: Command, terminal: Terminal): void {
  const deliveries = program
    .command('deliveries')
    .description('What became of events, endpoint by endpoint')
    .addHelpText('after', help);
  addList(deliveries, terminal);
  addShow(deliveries, terminal);
  addRetry(deliveries, terminal);
}

function addList(deliveries: Command, terminal: Terminal): void {
  deliveries
    .command('list')
    .description('List deliveries, newest first')
    .option('-t, --tenant <id>', 'of this tenant; of all unless told', tenantId)
    .option('--endpoint-id <id>', 'to this endpoint', shownId('endpoint'))
    .option('--event-id <id>', 'of this event', shownId('event'))
    .option('--type <name>', 'of this event type')
    .option('-s, --state <state>', `one of ${deliveryStates.join(', ')}`, choice(deliveryStates))
    .option('--after <moment>', 'of events accepted at this moment (ISO 8601) or later')
    .option('--before <moment>', 'of events accepted before this moment')
    .option('-n, --limit <count>', 'how many', wholeNumber(1, 250), 50)
    .option('--cursor <text>', 'where the list before ended')
    .action(async (query: ListOptions, command: Command) => {
      const { client, json } = setUp(terminal, command);
      const { data, nextCursor } = await listDeliveries(client, query);
      if (json) {
        for (const delivery of data) terminal.out(`${JSON.stringify(delivery)}\n`);
      } else {
        const rows = data.map((delivery) => deliveryRow(delivery, terminal));
        terminal.out(table(deliveryTitles, rows));
      }
      if (nextCursor !== null) terminal.err(`More: --cursor ${nextCursor}\n`);
    });
}

function addShow(deliveries: Command, terminal: Terminal): void {
  deliveries
    .command('show')
    .argument('<id>', 'the id of a delivery, dlv_…', shownId('delivery'))
    .description('Show a delivery with its attempts')
    .option('-t, --tenant <id>', 'whose it is; looked for unless told', tenantId)
    .action(async (id: string, { tenant }: { tenant?: string }, command: Command) => {
      const { client, json } = setUp(terminal, command);
      const path = { tenant: tenant ?? (await tenantOf(client, id)), deliveryId: id };
      const shown = await dataOf(
        client.GET('/v1/tenants/{tenant}/deliveries/{deliveryId}', { params: { path } }),
      );
      terminal.out(json ? `${JSON.stringify(shown)}\n` : showDelivery(shown, terminal));
    });
}

function addRetry(deliveries: Command, terminal: Terminal): void {
  deliveries
    .command('retry')
    .argument('<id>', 'the id of a delivery, dlv_…', shownId('delivery'))
    .description('Try a delivery again now; one that has ended gets a new round')
    .option('-t, --tenant <id>', 'whose it is; looked for unless told', tenantId)
    .action(async (id: string, { tenant }: { tenant?: string }, command: Command) => {
      const { client, json } = setUp(terminal, command);
      const path = { tenant: tenant ?? (await tenantOf(client, id)), deliveryId: id };
      const retried = await dataOf(
        client.POST('/v1/tenants/{tenant}/deliveries/{deliveryId}/retry', { params: { path } }),
      );
      terminal.out(json ? `${JSON.stringify(retried)}\n` : `${id}: ${retried.result}.\n`);
    });
}

function setUp(terminal: Terminal, command: Command): { client: EverhookClient; json: boolean } {
  const { environment, json = false } = commonOptions(command);
  return { client: findService(terminal.environment, environment).client, json };
}
