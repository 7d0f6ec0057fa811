import { catalogs, catalogsOn } from '../catalogs/catalogs.js';
import { sharedType } from '../catalogs/catalogSet.js';
import { Problem } from '../domain/problem.js';
import type { Environment } from '../domain/words.js';
import { declaredAmong } from '../store/eventTypes.js';
import type { Queryable } from '../store/pool.js';

const pointer = '/catalogs';
const maxNamesShown = 10;

/**
 * The names of the catalogs that are off where only `on` are on; null: the default. Throws `catalog_conflict` where two of those share a
 * type's name, or the environment has declared one of their names itself. The caller holds the lock on type names.
 */
export async function turnCatalogs(
  db: Queryable,
  environment: Environment,
  on: readonly string[] | null,
): Promise<string[] | null> {
  const wanted =
    on === null ? catalogsOn(null).catalogs : catalogs.filter(({ name }) => on.includes(name));
  const shared = sharedType(wanted);
  if (shared !== null) {
    const { type, catalogs: both } = shared;
    throw conflict(`The catalogs ${both.join(' and ')} both have the type ${type}`);
  }
  const names = wanted.flatMap(({ types }) => types.map(({ name }) => name));
  const own = await declaredAmong(db, environment, names);
  if (own.length > 0) {
    const shown = own.slice(0, maxNamesShown).join(', ');
    const more = own.length > maxNamesShown ? ` and ${own.length - maxNamesShown} more` : '';
    throw conflict(`The environment has declared types of these names itself: ${shown}${more}`);
  }
  if (on === null) return null;
  return catalogs.filter((catalog) => !wanted.includes(catalog)).map(({ name }) => name);
}

function conflict(detail: string): Problem {
  return new Problem('catalog_conflict', `${detail}.`, [{ pointer, detail }]);
}
