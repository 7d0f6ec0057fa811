import type { Command } from 'commander';
import { dataOf, type EverhookClient } from '../../client/index.js';
import { endpointStates, type EndpointState } from '../../domain/words.js';
import type { Endpoint } from '../endpoints/endpointState.js';
import { findEndpoint } from '../endpoints/findEndpoint.js';
import { endpointRow, endpointTitles, showEndpoint, stateLine } from '../endpoints/showEndpoint.js';
import { choice, pageOptions, type PageOptions, shownId, tenantId } from '../options.js';
import { printPage } from '../printPage.js';
import { serviceOf } from '../serviceOf.js';
import type { Terminal } from '../terminal.js';
import { jsonLine } from '../jsonLine.js';

interface ListOptions extends PageOptions {
  tenant?: string;
  state?: EndpointState;
}

const help = `
Examples:
  everhook endpoints list --state down
  everhook endpoints pause ep_…
  everhook endpoints enable ep_…
`;

export function addEndpoints(program: Command, terminal: Terminal): void {
  const endpoints = program
    .command('endpoints')
    .description('Where events go: which are down, and to hold or open them')
    .addHelpText('after', help);
  addList(endpoints, terminal);
  addShow(endpoints, terminal);
  for (const [name, { description, change }] of Object.entries(changes)) {
    endpoints
      .command(name)
      .argument('<id>', 'the id of an endpoint, ep_…', shownId('endpoint'))
      .description(description)
      .option('-t, --tenant <id>', 'whose it is; looked for unless told', tenantId)
      .action(async (endpointId: string, options: { tenant?: string }, command: Command) => {
        const { client, json } = serviceOf(terminal, command);
        const tenant = options.tenant ?? (await findEndpoint(client, endpointId)).tenant;
        const changed = await change(client, { tenant, endpointId });
        if (json) return terminal.out(jsonLine(changed));
        terminal.out(`${endpointId}: ${stateLine(changed, terminal)}.\n`);
        if (name === 'resume' && !changed.enabled) {
          terminal.err(
            `What is disabled is not resumed but enabled: everhook endpoints enable ${endpointId}\n`,
          );
        }
      });
  }
}

interface Place {
  tenant: string;
  endpointId: string;
}

const at = '/v1/tenants/{tenant}/endpoints/{endpointId}';

const changes: Record<
  string,
  { description: string; change: (client: EverhookClient, path: Place) => Promise<Endpoint> }
> = {
  pause: {
    description: 'Send it nothing until it is resumed; its deliveries wait',
    change: (client, path) => dataOf(client.POST(`${at}/pause`, { params: { path } })),
  },
  resume: {
    description: 'Let what waits for a paused endpoint go',
    change: (client, path) => dataOf(client.POST(`${at}/resume`, { params: { path } })),
  },
  enable: {
    description:
      'Send to it again at once, and forget how it failed: one that is down is tried now',
    change: (client, path) => dataOf(client.POST(`${at}/enable`, { params: { path } })),
  },
  disable: {
    description: 'Send it nothing until it is enabled; its deliveries wait',
    change: (client, path) => dataOf(client.POST(`${at}/disable`, { params: { path } })),
  },
};

function addList(endpoints: Command, terminal: Terminal): void {
  const list = endpoints
    .command('list')
    .description('List endpoints, newest first')
    .option('-t, --tenant <id>', 'of this tenant; of all unless told', tenantId)
    .option('-s, --state <state>', `one of ${endpointStates.join(', ')}`, choice(endpointStates));
  pageOptions(list).action(async (query: ListOptions, command: Command) => {
    const { client, json } = serviceOf(terminal, command);
    const page = await dataOf(client.GET('/v1/endpoints', { params: { query } }));
    const row = (endpoint: Endpoint): string[] => endpointRow(endpoint, terminal);
    printPage(page, { titles: endpointTitles, row, json }, terminal);
  });
}

function addShow(endpoints: Command, terminal: Terminal): void {
  endpoints
    .command('show')
    .argument('<id>', 'the id of an endpoint, ep_…', shownId('endpoint'))
    .description('Show an endpoint, and how its requests go')
    .option('-t, --tenant <id>', 'whose it is; looked for unless told', tenantId)
    .action(async (id: string, { tenant }: { tenant?: string }, command: Command) => {
      const { client, json } = serviceOf(terminal, command);
      const endpoint = await findEndpoint(client, id, tenant);
      terminal.out(json ? jsonLine(endpoint) : showEndpoint(endpoint, terminal));
    });
}
