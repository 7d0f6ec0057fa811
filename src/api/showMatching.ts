import type { z } from 'zod';
import type { CatalogSet } from '../catalogs/catalogSet.js';
import { matchEvent } from '../catalogs/matchEvent.js';
import { showId } from '../domain/ids.js';
import type { MatchableEvent } from '../domain/matching.js';
import type { EndpointBesideEvent } from '../store/readMatching.js';
import type { matchingShown } from './schemas/matchingSchemas.js';

const changedSince = 'it matches now, but did not when the event was accepted';

/** Why an event was, or was not, delivered to an endpoint. */
export function showMatching(
  endpoint: EndpointBesideEvent,
  event: MatchableEvent & { bringsRows: boolean },
  catalogs: CatalogSet,
): z.output<typeof matchingShown> {
  const { delivery } = endpoint;
  const result = matchEvent(endpoint, event, catalogs);
  const noDelivery = result.matched ? changedSince : result.reason;
  return {
    endpointId: showId('endpoint', endpoint.id),
    matched: result.matched,
    reason: delivery === null ? noDelivery : delivery.reason,
    delivery:
      delivery === null ? null : { id: showId('delivery', delivery.id), state: delivery.state },
  };
}
