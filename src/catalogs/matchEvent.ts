import {
  type EndpointMatcher,
  type MatchableEvent,
  matchEndpoint,
  type MatchResult,
} from '../domain/matching.js';
import type { CatalogSet } from './catalogSet.js';
import { formatMismatch } from './formats.js';

/**
 * Whether an endpoint wants an event, and its format carries it while these catalogs are on. Events of types that bring
 * an import's rows no pattern takes in: whoever wants them names the type.
 */
export function matchEvent(
  endpoint: EndpointMatcher & { format: string },
  event: MatchableEvent & { bringsRows: boolean },
  on: CatalogSet,
): MatchResult {
  const mismatch = formatMismatch(endpoint.format, event.type, on);
  if (mismatch !== null) return { matched: false, reason: `it ${mismatch}` };
  if (event.bringsRows && !endpoint.eventTypes.includes(event.type)) {
    return { matched: false, reason: `its types don't name ${event.type}, which brings rows` };
  }
  return matchEndpoint(endpoint, event);
}
