import type { Command } from 'commander';
import { dataOf, type EverhookClient } from '../../client/index.js';
import {
  importRow,
  importTitles,
  showImport,
  showImportRun,
  type ImportRun,
} from '../imports/showImport.js';
import {
  importId,
  pageOptions,
  type PageOptions,
  tenantId,
  type TenantOption,
} from '../options.js';
import { printPage } from '../printPage.js';
import { serviceOf } from '../serviceOf.js';
import type { Terminal } from '../terminal.js';
import { jsonLine } from '../jsonLine.js';

const help = `
An import's id is its product's own, so its tenant has to be told.

Examples:
  everhook imports list --paused
  everhook imports pause orders-2026 --tenant acme
`;

export function addImports(program: Command, terminal: Terminal): void {
  const imports = program
    .command('imports')
    .description('Rows that products have uploaded, and how far their batches are')
    .addHelpText('after', help);
  addList(imports, terminal);
  addShow(imports, terminal);
  for (const [name, { description, change }] of Object.entries(changes)) {
    imports
      .command(name)
      .argument('<id>', 'the id of an import', importId)
      .description(description)
      .requiredOption('-t, --tenant <id>', 'whose it is', tenantId)
      .action(async (id: string, { tenant }: TenantOption, command: Command) => {
        const { client, json } = serviceOf(terminal, command);
        const run = await change(client, { tenant, importId: id });
        terminal.out(json ? jsonLine(run) : showImportRun(run, terminal));
      });
  }
}

interface Place {
  tenant: string;
  importId: string;
}

const at = '/v1/tenants/{tenant}/imports/{importId}';

const changes: Record<
  string,
  { description: string; change: (client: EverhookClient, path: Place) => Promise<ImportRun> }
> = {
  pause: {
    description: 'Send no further batch of it until it is resumed',
    change: (client, path) => dataOf(client.POST(`${at}/pause`, { params: { path } })),
  },
  resume: {
    description: 'Let its batches go on where they were',
    change: (client, path) => dataOf(client.POST(`${at}/resume`, { params: { path } })),
  },
  cancel: {
    description: 'Give it up: what was not acknowledged is not sent any more',
    change: (client, path) => dataOf(client.POST(`${at}/cancel`, { params: { path } })),
  },
};

interface ListOptions extends PageOptions {
  tenant?: string;
  paused?: true;
}

function addList(imports: Command, terminal: Terminal): void {
  const list = imports
    .command('list')
    .description('List imports, newest first')
    .option('-t, --tenant <id>', 'of this tenant; of all unless told', tenantId)
    .option('--paused', 'those that are held');
  pageOptions(list).action(async ({ paused, ...page }: ListOptions, command: Command) => {
    const { client, json } = serviceOf(terminal, command);
    const query = { ...page, ...(paused && { paused: 'true' as const }) };
    const listed = await dataOf(client.GET('/v1/imports', { params: { query } }));
    printPage(listed, { titles: importTitles, row: importRow, json }, terminal);
  });
}

function addShow(imports: Command, terminal: Terminal): void {
  imports
    .command('show')
    .argument('<id>', 'the id of an import', importId)
    .description('Show an import, and how far each delivery of its rows is')
    .requiredOption('-t, --tenant <id>', 'whose it is', tenantId)
    .action(async (id: string, { tenant }: TenantOption, command: Command) => {
      const { client, json } = serviceOf(terminal, command);
      const path = { tenant, importId: id };
      const shown = await dataOf(client.GET(at, { params: { path } }));
      terminal.out(json ? jsonLine(shown) : showImport(shown, terminal));
    });
}
