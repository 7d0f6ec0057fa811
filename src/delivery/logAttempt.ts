import type { Answer } from '../domain/answer.js';
import { showId } from '../domain/ids.js';
import { attemptsAllowed } from '../domain/retrySchedule.js';
import type { Transition } from '../domain/transition.js';
import type { DeliveryRow } from '../store/lookAtDeliveries.js';
import type { Log } from '../telemetry/log.js';

/** One line with every fact of an attempt, and no secret or payload in it. */
export function logAttempt(
  log: Log,
  delivery: DeliveryRow,
  { answer, transition, counted }: { answer: Answer; transition: Transition; counted: boolean },
): void {
  log[answer.outcome === 'success' ? 'info' : 'warn'](
    {
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
      state: counted ? transition.state : 'late',
      nextInMs: transition.waitMs,
    },
    'attempt',
  );
}
