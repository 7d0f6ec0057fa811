import type { Answer } from '../domain/answer.js';
import { showId } from '../domain/ids.js';
import { attemptsAllowed } from '../domain/retrySchedule.js';
import type { DeliveryRow } from '../store/lookAtDeliveries.js';

/** What the log tells of every attempt: no secret, and no payload. */
export function attemptFacts(delivery: DeliveryRow, answer: Answer): object {
  return {
    environment: delivery.environment,
    tenant: delivery.tenant,
    eventId: showId('event', delivery.eventId),
    eventType: delivery.eventType,
    deliveryId: showId('delivery', delivery.id),
    endpointId: showId('endpoint', delivery.endpointId),
    round: delivery.round,
    attempt: delivery.attemptCount + 1,
    attemptsAllowed: attemptsAllowed(delivery.scheduleSeconds),
    outcome: answer.outcome,
    status: answer.status,
    failure: answer.failure,
    detail: answer.operatorDetail,
    durationMs: answer.durationMs,
  };
}
