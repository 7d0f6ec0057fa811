import { refuseFormatThatIsOff, refuseUnfitScope } from '../catalogs/endpointRules.js';
import type { CatalogSet } from '../catalogs/catalogSet.js';
import type { EndpointDefinition } from '../store/endpoints.js';

/**
 * Throws `invalid_request` where an endpoint may not have the format, or lacks what the format asks of endpoints. One
 * that has a format keeps it while its catalog is off. `before`: as it was; null: it is new.
 */
export function checkEndpoint(
  definition: EndpointDefinition,
  before: EndpointDefinition | null,
  on: CatalogSet,
): void {
  const { format, scope } = definition;
  if (format === before?.format && scope === before.scope) return;
  if (format !== before?.format) refuseFormatThatIsOff(format, on);
  refuseUnfitScope(format, scope);
}
