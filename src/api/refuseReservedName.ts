import type { CatalogSet } from '../catalogs/catalogSet.js';
import { isReserved, reservedTypeStart } from '../domain/eventTypeName.js';
import { Problem } from '../domain/problem.js';

/** Throws `name_reserved` where an event type of this name is not one's own to declare or to remove. */
export function refuseReservedName(name: string, on: CatalogSet): void {
  const isOwn = isReserved(name);
  const catalog = on.typeOf(name)?.catalog.name;
  if (catalog === undefined && !isOwn) return;
  const detail = isOwn
    ? `Names that begin with "${reservedTypeStart}" are the service's own.`
    : `${name} is a type of the catalog ${catalog}. Choose another name, or leave the catalog out of "catalogs" (PATCH /v1/environment).`;
  throw new Problem('name_reserved', detail, [{ pointer: '#path/name', detail }]);
}
