import { isDeepStrictEqual } from 'node:util';
import { refuseFormatThatIsOff, refuseUnfitEndpoint } from '../catalogs/endpointRules.js';
import type { CatalogSet } from '../catalogs/catalogSet.js';
import type { EndpointDefinition } from '../store/endpointDefinition.js';

/**
 * Throws `invalid_request` where an endpoint may not have the format, or lacks what the format asks of endpoints. One
 * that has a format keeps it while its catalog is off. `before`: as it was; null: it is new.
 */
export function checkEndpoint(
  definition: EndpointDefinition,
  before: EndpointDefinition | null,
  on: CatalogSet,
): void {
  if (definition.format !== before?.format) refuseFormatThatIsOff(definition.format, on);
  if (before === null || !isDeepStrictEqual(ruledPart(definition), ruledPart(before))) {
    refuseUnfitEndpoint(definition);
  }
}

/** What rules look at: other changes pass, also where an endpoint is older than a rule. */
function ruledPart({ format, scope, eventTypes, filters, match, require }: EndpointDefinition) {
  return { format, scope, eventTypes, filters, match, require };
}
