import type { Command } from 'commander';
import { dataOf } from '../../client/index.js';
import { pageOptions, type PageOptions, shownId, tenantId, type TenantOption } from '../options.js';
import { printPage } from '../printPage.js';
import {
  recoveryRow,
  recoveryTitles,
  showRecovery,
  type Recovery,
} from '../recover/showRecovery.js';
import { serviceOf } from '../serviceOf.js';
import type { Terminal } from '../terminal.js';
import { jsonLine } from '../jsonLine.js';

export function addRecoveries(program: Command, terminal: Terminal): void {
  const recoveries = program
    .command('recoveries')
    .description('What was made by `recover`: how far it is, and to end it');
  addList(recoveries, terminal);
  addShow(recoveries, terminal);
  addCancel(recoveries, terminal);
}

function addList(recoveries: Command, terminal: Terminal): void {
  const list = recoveries
    .command('list')
    .description("List a tenant's recoveries, newest first")
    .requiredOption('-t, --tenant <id>', 'of this tenant', tenantId);
  pageOptions(list).action(
    async ({ tenant, ...query }: TenantOption & PageOptions, command: Command) => {
      const { client, json } = serviceOf(terminal, command);
      const params = { path: { tenant }, query };
      const page = await dataOf(client.GET('/v1/tenants/{tenant}/recoveries', { params }));
      printPage(page, { titles: recoveryTitles, row: recoveryRow, json }, terminal);
    },
  );
}

function addShow(recoveries: Command, terminal: Terminal): void {
  recoveries
    .command('show')
    .argument('<id>', 'the id of a recovery, rec_…', shownId('recovery'))
    .description('Show how far a recovery is')
    .requiredOption('-t, --tenant <id>', 'whose it is', tenantId)
    .action(async (recoveryId: string, { tenant }: TenantOption, command: Command) => {
      const { client, json } = serviceOf(terminal, command);
      const params = { path: { tenant, recoveryId } };
      const at = '/v1/tenants/{tenant}/recoveries/{recoveryId}';
      print(await dataOf(client.GET(at, { params })), terminal, json);
    });
}

function addCancel(recoveries: Command, terminal: Terminal): void {
  recoveries
    .command('cancel')
    .argument('<id>', 'the id of a recovery, rec_…', shownId('recovery'))
    .description('End a recovery: what it has sent again goes its way, nothing more does')
    .requiredOption('-t, --tenant <id>', 'whose it is', tenantId)
    .action(async (recoveryId: string, { tenant }: TenantOption, command: Command) => {
      const { client, json } = serviceOf(terminal, command);
      const params = { path: { tenant, recoveryId } };
      const at = '/v1/tenants/{tenant}/recoveries/{recoveryId}/cancel';
      print(await dataOf(client.POST(at, { params })), terminal, json);
    });
}

function print(recovery: Recovery, terminal: Terminal, json: boolean): void {
  terminal.out(json ? jsonLine(recovery) : showRecovery(recovery));
}
