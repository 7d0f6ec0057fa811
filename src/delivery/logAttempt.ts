import type { Answer } from '../domain/answer.js';
import type { Transition } from '../domain/transition.js';
import type { DeliveryRow } from '../store/lookAtDeliveries.js';
import type { Log } from '../telemetry/log.js';
import { attemptFacts } from './attemptFacts.js';

/** One line with every fact of an attempt, and no secret or payload in it. */
export function logAttempt(
  log: Log,
  delivery: DeliveryRow,
  { answer, transition, counted }: { answer: Answer; transition: Transition; counted: boolean },
): void {
  log[answer.outcome === 'success' ? 'info' : 'warn'](
    {
      ...attemptFacts(delivery, answer),
      state: counted ? transition.state : 'late',
      nextInMs: transition.waitMs,
    },
    'attempt',
  );
}
