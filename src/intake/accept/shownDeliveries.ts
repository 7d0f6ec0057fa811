import { showId } from '../../domain/ids.js';
import type { AcceptedEvent } from '../../store/acceptEvents.js';

/** An accepted event's deliveries as answers name them. */
export function shownDeliveries({
  deliveries,
}: Pick<AcceptedEvent, 'deliveries'>): { id: string; endpointId: string }[] {
  return deliveries.map(({ id, endpointId }) => ({
    id: showId('delivery', id),
    endpointId: showId('endpoint', endpointId),
  }));
}
