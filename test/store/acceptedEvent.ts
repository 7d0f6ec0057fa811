import { deliveryIdOf } from '../../src/domain/ids.js';
import type { AcceptedEvent } from '../../src/store/acceptEvents.js';
import { newUuid } from '../../src/store/newUuid.js';

/** An event as intake has decided about it, with a delivery per endpoint that waits for it. */
export function acceptedEvent({
  orderingKey = null,
  endpointIds,
  isNumbered,
}: {
  orderingKey?: string | null;
  endpointIds: readonly string[];
  isNumbered: boolean;
}): AcceptedEvent {
  const id = newUuid();
  const acceptedAt = new Date();
  return {
    ...{ id, environment: 'test', tenant: 'acme', type: 'a.b', attributes: {}, data: '{}' },
    ...{ occurredAt: acceptedAt.toISOString(), acceptedAt, headers: {}, bodies: [], oneOff: null },
    ...{ orderingKey, deliverAt: null, expiresAt: null, importId: null, brings: null },
    ...{ outbox: null, idempotency: null, traceParent: null },
    deliveries: endpointIds.map((endpointId) => ({
      ...{ id: deliveryIdOf(id, endpointId), endpointId, format: 'standard', state: 'queued' },
      ...{ reason: null, heldUntil: null, isNumbered, scheduleSeconds: [60], batchSize: 1 },
    })),
  };
}
