import {
  type EndpointMatcher,
  type MatchableEvent,
  matchEndpoint,
  type MatchResult,
} from '../domain/matching.js';
import type { CatalogSet } from './catalogSet.js';
import { formatMismatch } from './formats.js';

/** Whether an endpoint wants an event, and its format carries it while these catalogs are on. */
export function matchEvent(
  endpoint: EndpointMatcher & { format: string },
  event: MatchableEvent,
  on: CatalogSet,
): MatchResult {
  const mismatch = formatMismatch(endpoint.format, event.type, on);
  return mismatch === null
    ? matchEndpoint(endpoint, event)
    : { matched: false, reason: `it ${mismatch}` };
}
