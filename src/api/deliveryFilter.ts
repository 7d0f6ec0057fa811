import { z } from 'zod';
import { deliveryStates, type Environment } from '../domain/words.js';
import { type DeliveryFilter, maxLookedPerPage } from '../store/listDeliveries.js';
import { bareId } from './bareId.js';
import { listQuery } from './schemas/lists.js';
import { givenMoment } from './schemas/moment.js';
import { eventTypeName, shownId } from './schemas/params.js';

/** Of its answer. */
export const mayBeShort = `A page. Looked for by type or state it may have fewer items than \`limit\`, or none, while there are more: ${maxLookedPerPage} deliveries are looked at for each. Go on until \`nextCursor\` is null.`;

/** The query of a list of deliveries. */
export const deliveryQuery = z.strictObject({
  ...listQuery,
  endpointId: shownId('endpoint').optional(),
  eventId: shownId('event').optional(),
  type: eventTypeName.optional().describe('The event type'),
  state: z.enum(deliveryStates).optional(),
  after: givenMoment.optional().describe('Of events accepted at this moment or later'),
  before: givenMoment.optional().describe('Of events accepted before this moment'),
});

/** What such a query looks for; `tenant` null: in all tenants. */
export function deliveryFilter(
  scope: { environment: Environment; tenant: string | null },
  query: z.output<typeof deliveryQuery>,
): DeliveryFilter {
  const { endpointId, eventId, type, state, after, before } = query;
  return {
    ...scope,
    endpointId: endpointId === undefined ? null : bareId('endpoint', endpointId),
    eventId: eventId === undefined ? null : bareId('event', eventId),
    eventType: type ?? null,
    state: state ?? null,
    fromMs: after ?? null,
    untilMs: before ?? null,
  };
}
