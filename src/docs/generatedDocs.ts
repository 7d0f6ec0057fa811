import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorsPage } from '../api/problems/errorsPage.js';
import { packageRoot } from '../config/packageRoot.js';
import { catalogFormatsTable } from './catalogFormatsTable.js';
import { catalogsTable } from './catalogsTable.js';
import { metricsTable } from './metricsTable.js';
import { operationalSamples } from './operationalSamples.js';
import { operatorQueriesTable, shownStatesTable } from './operatorTables.js';
import { settingsTable } from './settingsTable.js';
import { alertRules } from './watching/alertRules.js';
import { alertSections } from './watching/alertSections.js';
import { dashboard } from './watching/dashboard.js';
import { panelsTable } from './watching/panelsTable.js';

/** A file of the documentation as it should be, with what is made from code. */
export interface GeneratedDoc {
  path: string;
  text: string;
}

const operating = join(packageRoot, 'docs', 'operating-in-temporal.md');

/** `npm run docs` writes them; a test holds them against what is committed. */
export function generatedDocs(): GeneratedDoc[] {
  return [
    withTable(join(packageRoot, 'README.md'), 'settings', settingsTable()),
    withTables(join(packageRoot, 'docs', 'metrics.md'), {
      metrics: metricsTable(),
      graphs: panelsTable(),
    }),
    withTable(join(packageRoot, 'docs', 'alerts.md'), 'alerts', alertSections()),
    { path: join(packageRoot, 'deploy', 'prometheus', 'alerts.yml'), text: alertRules() },
    { path: join(packageRoot, 'deploy', 'grafana', 'everhook.json'), text: dashboard() },
    withTable(join(packageRoot, 'docs', 'receiving.md'), 'catalog-formats', catalogFormatsTable()),
    withTable(join(packageRoot, 'docs', 'catalogs', 'README.md'), 'catalogs', catalogsTable()),
    withTable(
      join(packageRoot, 'docs', 'operational-events.md'),
      'operational-samples',
      operationalSamples(),
    ),
    withTables(operating, { queries: operatorQueriesTable(), states: shownStatesTable() }),
    { path: join(packageRoot, 'docs', 'errors.md'), text: errorsPage() },
  ];
}

function withTable(path: string, name: string, table: string): GeneratedDoc {
  return withTables(path, { [name]: table });
}

/** A page by hand, but for what stands between the two marks of each name. */
function withTables(path: string, tables: Record<string, string>): GeneratedDoc {
  let text = readFileSync(path, 'utf8');
  for (const [name, table] of Object.entries(tables)) {
    const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
    const from = text.indexOf(start);
    const to = text.indexOf(end);
    if (from === -1 || to < from) throw new Error(`${path} has no marks ${start} … ${end}`);
    text = `${text.slice(0, from + start.length)}\n\n${table}\n\n${text.slice(to)}`;
  }
  return { path, text };
}
