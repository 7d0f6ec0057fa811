import type { Command } from 'commander';
import { dataOf } from '../../client/index.js';
import { deliveryStates, type DeliveryState } from '../../domain/words.js';
import { deliveryRow, deliveryTitles } from '../deliveries/deliveryRow.js';
import { listDeliveries, type DeliverySummary } from '../deliveries/listDeliveries.js';
import { showDelivery } from '../deliveries/showDelivery.js';
import { tenantOf } from '../deliveries/tenantOf.js';
import { choice, moment, pageOptions, type PageOptions, shownId, tenantId } from '../options.js';
import { printPage } from '../printPage.js';
import { serviceOf } from '../serviceOf.js';
import type { Terminal } from '../terminal.js';
import { jsonLine } from '../jsonLine.js';

interface ListOptions extends PageOptions {
  tenant?: string;
  endpointId?: string;
  eventId?: string;
  type?: string;
  state?: DeliveryState;
  after?: string;
  before?: string;
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
  const list = deliveries
    .command('list')
    .description('List deliveries, newest first')
    .option('-t, --tenant <id>', 'of this tenant; of all unless told', tenantId)
    .option('--endpoint-id <id>', 'to this endpoint', shownId('endpoint'))
    .option('--event-id <id>', 'of this event', shownId('event'))
    .option('--type <name>', 'of this event type')
    .option('-s, --state <state>', `one of ${deliveryStates.join(', ')}`, choice(deliveryStates))
    .option('--after <moment>', 'of events accepted then or later: 2h (ago), or a moment', moment)
    .option('--before <moment>', 'of events accepted before', moment);
  pageOptions(list).action(async (query: ListOptions, command: Command) => {
    const { client, json } = serviceOf(terminal, command);
    const page = await listDeliveries(client, query);
    const row = (one: DeliverySummary): string[] => deliveryRow(one, terminal);
    printPage(page, { titles: deliveryTitles, row, json }, terminal);
  });
}

function addShow(deliveries: Command, terminal: Terminal): void {
  deliveries
    .command('show')
    .argument('<id>', 'the id of a delivery, dlv_…', shownId('delivery'))
    .description('Show a delivery with its attempts')
    .option('-t, --tenant <id>', 'whose it is; looked for unless told', tenantId)
    .action(async (id: string, { tenant }: { tenant?: string }, command: Command) => {
      const { client, json } = serviceOf(terminal, command);
      const path = { tenant: tenant ?? (await tenantOf(client, id)), deliveryId: id };
      const shown = await dataOf(
        client.GET('/v1/tenants/{tenant}/deliveries/{deliveryId}', { params: { path } }),
      );
      terminal.out(json ? jsonLine(shown) : showDelivery(shown, terminal));
    });
}

function addRetry(deliveries: Command, terminal: Terminal): void {
  deliveries
    .command('retry')
    .argument('<id>', 'the id of a delivery, dlv_…', shownId('delivery'))
    .description('Try a delivery again now; one that has ended gets a new round')
    .option('-t, --tenant <id>', 'whose it is; looked for unless told', tenantId)
    .action(async (id: string, { tenant }: { tenant?: string }, command: Command) => {
      const { client, json } = serviceOf(terminal, command);
      const path = { tenant: tenant ?? (await tenantOf(client, id)), deliveryId: id };
      const retried = await dataOf(
        client.POST('/v1/tenants/{tenant}/deliveries/{deliveryId}/retry', { params: { path } }),
      );
      terminal.out(json ? jsonLine(retried) : `${id}: ${retried.result}.\n`);
    });
}
