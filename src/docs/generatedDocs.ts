import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorsPage } from '../api/problems/errorsPage.js';
import { packageRoot } from '../config/packageRoot.js';
import { catalogFormatsTable } from './catalogFormatsTable.js';
import { catalogsTable } from './catalogsTable.js';
import { metricsTable } from './metricsTable.js';
import { operationalSamples } from './operationalSamples.js';
import { settingsTable } from './settingsTable.js';

/** A file of the documentation as it should be, with what is made from code. */
export interface GeneratedDoc {
  path: string;
  text: string;
}

/** `npm run docs` writes them; a test holds them against what is committed. */
export function generatedDocs(): GeneratedDoc[] {
  return [
    withTable(join(packageRoot, 'README.md'), 'settings', settingsTable()),
    withTable(join(packageRoot, 'docs', 'metrics.md'), 'metrics', metricsTable()),
    withTable(join(packageRoot, 'docs', 'receiving.md'), 'catalog-formats', catalogFormatsTable()),
    withTable(join(packageRoot, 'docs', 'catalogs', 'README.md'), 'catalogs', catalogsTable()),
    withTable(
      join(packageRoot, 'docs', 'operational-events.md'),
      'operational-samples',
      operationalSamples(),
    ),
    { path: join(packageRoot, 'docs', 'errors.md'), text: errorsPage() },
  ];
}

/** A page by hand, but for what stands between its two marks of that name. */
function withTable(path: string, name: string, table: string): GeneratedDoc {
  const text = readFileSync(path, 'utf8');
  const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const from = text.indexOf(start);
  const to = text.indexOf(end);
  if (from === -1 || to < from) throw new Error(`${path} has no marks ${start} … ${end}`);
  return {
    path,
    text: `${text.slice(0, from + start.length)}\n\n${table}\n\n${text.slice(to)}`,
  };
}
