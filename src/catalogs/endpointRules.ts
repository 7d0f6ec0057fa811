import { parseScope, requiredBy } from '../domain/endpointScope.js';
import { Problem, type ProblemPart } from '../domain/problem.js';
import type { EndpointRules, RuledEndpoint } from './catalog.js';
import type { CatalogSet } from './catalogSet.js';
import { catalogOf } from './formats.js';

/** Throws `invalid_request` where the format is of a catalog that is off. */
export function refuseFormatThatIsOff(name: string, on: CatalogSet, pointer = '/format'): void {
  const catalog = catalogOf(name);
  if (catalog === null || on.includes(catalog)) return;
  const detail = `The format ${name} is of the catalog ${catalog.name}, which is off; choose another, or turn it on (PATCH /v1/environment)`;
  throw new Problem('invalid_request', `${detail}.`, [{ pointer, detail }]);
}

/** Throws `invalid_request` where an endpoint contradicts itself, or isn't as the catalog of its format has them. */
export function refuseUnfitEndpoint(endpoint: RuledEndpoint): void {
  const rules = catalogOf(endpoint.format)?.endpointRules;
  const require = { ...endpoint.require, ...requiredBy(endpoint.scope) };
  const part =
    contradiction(endpoint) ??
    (rules && scopeProblem(rules, endpoint)) ??
    rules?.problemOf?.({ ...endpoint, require }) ??
    null;
  if (part !== null) throw new Problem('invalid_request', `${part.detail}.`, [part]);
}

/** A scope requires its attribute; an endpoint that requires another value besides would get nothing. */
function contradiction({ scope, require }: RuledEndpoint): ProblemPart | null {
  for (const [attribute, [value = '']] of Object.entries(requiredBy(scope))) {
    if (require[attribute]?.includes(value) === false) {
      const detail = `The scope wants ${attribute} to be ${value}, and this doesn't; leave one of them out`;
      return { pointer: `/require/${attribute}`, detail };
    }
  }
  return null;
}

function scopeProblem(
  { requiredScope }: EndpointRules,
  { format, scope }: { format: string; scope: string | null },
): ProblemPart | null {
  if (requiredScope === undefined) return null;
  if (scope !== null && parseScope(scope).attribute === requiredScope) return null;
  const detail = `An endpoint of the format ${format} needs a scope "${requiredScope}:<value>"`;
  return { pointer: '/scope', detail };
}

/** How many endpoints of the format a tenant may have in one scope; null: as many as it likes. */
export function maxInScope(format: string): number | null {
  return catalogOf(format)?.endpointRules?.limit ?? null;
}
