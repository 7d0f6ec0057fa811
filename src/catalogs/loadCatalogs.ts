import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Catalog } from './catalog.js';
import { catalogFlaw } from './catalogFlaw.js';

/** Compiled, and as the tests run it. */
const entryFiles = ['index.js', 'index.ts'];

/**
 * The catalogs in a folder, one per folder within, by name. Each folder's index exports a `catalog`. Throws, naming the
 * folder, where one isn't as it should be. Its samples are left to `checkSamples`, which takes longer.
 */
export async function loadCatalogs(folder: string): Promise<readonly Catalog[]> {
  const folders = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .toSorted();
  return await Promise.all(folders.map((name) => loadCatalog(join(folder, name))));
}

async function loadCatalog(folder: string): Promise<Catalog> {
  const entry = entryFiles.map((file) => join(folder, file)).find((file) => existsSync(file));
  if (entry === undefined) throw flawed(folder, `it has no ${entryFiles.join(' or ')}`);
  const { catalog } = (await import(pathToFileURL(entry).href)) as { catalog?: Catalog };
  if (catalog === undefined) throw flawed(folder, 'its index exports no "catalog"');
  const flaw = catalogFlaw(catalog, basename(folder));
  if (flaw !== null) throw flawed(folder, flaw);
  return catalog;
}

function flawed(folder: string, flaw: string): Error {
  return new Error(`The catalog in ${folder} can't be used: ${flaw}.`);
}
