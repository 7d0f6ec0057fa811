import { z } from 'zod';
import { eventEnvelope } from '../../intake/accept/eventEnvelope.js';
import type { EventRecord } from '../../store/readEvents.js';
import { showId } from '../../domain/ids.js';
import { isoOrNull } from '../isoOrNull.js';
import { moment } from './moment.js';
import { eventTypeName, shownId, tenantId } from './params.js';

const attributes = z.record(z.string(), z.union([z.string(), z.array(z.string())]));

/** For the OpenAPI document alone: the intake checks the raw bytes itself. */
export const newEvent = eventEnvelope
  .extend({ data: z.unknown().describe('Any JSON; kept and sent byte for byte') })
  .meta({ id: 'NewEvent' });

export const eventAccepted = z
  .object({
    id: shownId('event'),
    deliveries: z.array(z.object({ id: shownId('delivery'), endpointId: shownId('endpoint') })),
  })
  .meta({ id: 'EventAccepted' });

export const eventSummary = z
  .object({
    id: shownId('event'),
    tenant: tenantId,
    type: eventTypeName,
    timestamp: moment.describe('When it happened'),
    attributes,
    orderingKey: z.string().nullable(),
    deliverAt: moment.nullable().describe('Not sent before; null: at once'),
    expiresAt: moment.nullable().describe('Not sent from then on; null: never'),
    acceptedAt: moment,
  })
  .meta({ id: 'EventSummary' });

export const eventShown = eventSummary
  .extend({
    data: z
      .unknown()
      .optional()
      .describe('Byte for byte as it was submitted; absent where it is not kept any more'),
    payloadExpired: z
      .boolean()
      .describe('Its data is not kept any more, nor what was made of it: nothing is sent again'),
  })
  .meta({ id: 'Event' });

export function showEvent(record: EventRecord): z.output<typeof eventSummary> {
  return {
    id: showId('event', record.id),
    tenant: record.tenant,
    type: record.type,
    timestamp: record.occurredAt.toISOString(),
    attributes: record.attributes,
    orderingKey: record.orderingKey,
    deliverAt: isoOrNull(record.deliverAt),
    expiresAt: isoOrNull(record.expiresAt),
    acceptedAt: record.acceptedAt.toISOString(),
  };
}
