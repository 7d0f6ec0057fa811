import { parseScope } from '../domain/endpointScope.js';
import { Problem } from '../domain/problem.js';
import type { CatalogSet } from './catalogSet.js';
import { formatOf } from './formats.js';

/** Throws `invalid_request` where the format is of a catalog that is off. */
export function refuseFormatThatIsOff(name: string, on: CatalogSet, pointer = '/format'): void {
  const { catalog } = formatOf(name);
  if (catalog === null || on.includes(catalog)) return;
  const detail = `The format ${name} is of the catalog ${catalog.name}, which is off; choose another, or turn it on (PATCH /v1/environment)`;
  throw new Problem('invalid_request', `${detail}.`, [{ pointer, detail }]);
}

/** Throws `invalid_request` where an endpoint of the format needs another scope. */
export function refuseUnfitScope(format: string, scope: string | null): void {
  const rules = formatOf(format).catalog?.endpointRules;
  if (rules === undefined) return;
  if (scope !== null && parseScope(scope).attribute === rules.requiredScope) return;
  const detail = `An endpoint of the format ${format} needs a scope "${rules.requiredScope}:<value>"`;
  throw new Problem('invalid_request', `${detail}.`, [{ pointer: '/scope', detail }]);
}

/** How many endpoints of the format a tenant may have in one scope; null: as many as it likes. */
export function maxInScope(format: string): number | null {
  return formatOf(format).catalog?.endpointRules?.limit ?? null;
}
