import type { Catalog } from '../catalog.js';
import { acceptData } from './acceptData.js';
import { fillFromImport } from './fillFromImport.js';
import { flatfile } from './format.js';
import { pullRows } from './pullRows.js';
import { types } from './types.js';

/** Imports into Portals and Workspaces. */
export const catalog: Catalog = {
  name: 'flatfile',
  title: 'Flatfile',
  description:
    'Imports submitted to Portals, records added to Workspaces; with claims that the embedding customer signed',
  types,
  formats: { flatfile },
  accept: acceptData,
  fillFromImport,
  routes: [pullRows],
};
