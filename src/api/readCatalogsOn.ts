import { catalogsOn } from '../catalogs/catalogs.js';
import type { CatalogSet } from '../catalogs/catalogSet.js';
import type { Environment } from '../domain/words.js';
import { readEnvironment } from '../store/environments.js';
import type { Queryable } from '../store/pool.js';

/** The catalogs that are on in an environment. */
export async function readCatalogsOn(db: Queryable, environment: Environment): Promise<CatalogSet> {
  return catalogsOn((await readEnvironment(db, environment)).catalogsOff);
}
