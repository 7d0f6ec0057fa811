import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../../src/config/packageRoot.js';

export const folder = 'test/catalogs/dromo';

/** The body in Dromo's documentation, without the line breaks that it is shown with. */
const documented = JSON.parse(
  readFileSync(join(packageRoot, folder, 'fixtures', 'import_completed.json'), 'utf8'),
) as { event: string; data: Record<string, unknown> };
export const documentedBody = JSON.stringify(documented);

/** An embedded import, that of the documentation. */
export const embedded = documented.data;

/** The same as a headless import, with what `retrieve headless import` says of it. */
export const headless = {
  ...embedded,
  import_type: 'HEADLESS',
  headless: { id: 'h-1', status: 'SUCCESSFUL', error: null },
};

/** A managed webhook for production imports with the identifier `contacts`. */
export const managed = {
  format: 'dromo',
  eventTypes: ['import_completed', 'headless_import_needs_review', 'headless_import_failed'],
  require: { mode: ['production'] },
  filters: { import_identifier: ['contacts'] },
};
export const attributes = { import_identifier: 'contacts' };
