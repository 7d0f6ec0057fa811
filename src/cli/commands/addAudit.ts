import type { Command } from 'commander';
import { dataOf } from '../../client/index.js';
import { auditActions, type AuditAction } from '../../domain/audit.js';
import { auditRow, auditTitles } from '../audit/auditRow.js';
import { choice, moment, pageOptions, type PageOptions, tenantId } from '../options.js';
import { printPage } from '../printPage.js';
import { serviceOf } from '../serviceOf.js';
import type { Terminal } from '../terminal.js';

interface Options extends PageOptions {
  tenant?: string;
  subject?: string;
  action?: AuditAction;
  after?: string;
  before?: string;
}

const help = `
It needs a key with the scope admin. Secrets are never shown.

Examples:
  everhook audit --after 2h
  everhook audit --tenant acme --action endpoint.changed
  everhook audit --subject ep_…
`;

export function addAudit(program: Command, terminal: Terminal): void {
  const audit = program
    .command('audit')
    .description('See who changed what, when, and from what to what, newest first')
    .option('-t, --tenant <id>', 'done to this tenant, or to what is its own', tenantId)
    .option('--subject <id>', 'done to this: an id or a name, as the API shows it')
    .option('--action <name>', 'of this kind, such as endpoint.changed', choice(auditActions))
    .option('--after <moment>', 'done then or later: 2h (ago), or a moment', moment)
    .option('--before <moment>', 'done before', moment)
    .addHelpText('after', help);
  pageOptions(audit).action(async (query: Options, command: Command) => {
    const { client, json } = serviceOf(terminal, command);
    const page = await dataOf(client.GET('/v1/audit', { params: { query } }));
    printPage(page, { titles: auditTitles, row: auditRow, json }, terminal);
  });
}
