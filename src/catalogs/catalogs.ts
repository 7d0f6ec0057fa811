import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BoundedMemo } from '../domain/boundedMemo.js';
import { CatalogSet, offByDefault } from './catalogSet.js';
import { loadCatalogs } from './loadCatalogs.js';

/** Those that there are: the folders beside this file, by name. To add one, see CONTRIBUTING.md. */
export const catalogs = await loadCatalogs(dirname(fileURLToPath(import.meta.url)));

export const catalogNames = catalogs.map(({ name }) => name);

const defaultOff = offByDefault(catalogs);

/** There are two environments, so it is full only while somebody changes one. */
const sets = new BoundedMemo<CatalogSet>(10);

/** The catalogs that are on where those named are off; null: none was ever turned on or off. */
export function catalogsOn(off: readonly string[] | null): CatalogSet {
  const names = off ?? defaultOff;
  return sets.of(
    JSON.stringify(names),
    () => new CatalogSet(catalogs.filter(({ name }) => !names.includes(name))),
  );
}
