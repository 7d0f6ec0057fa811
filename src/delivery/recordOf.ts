import type { Answer } from '../domain/answer.js';
import { uuidTimeMs } from '../domain/ids.js';
import type { Transition } from '../domain/transition.js';
import { newUuid } from '../store/newUuid.js';
import type { AttemptRecord } from '../store/recordAttempts.js';
import { answerRecord } from './answerRecord.js';
import type { Claim } from './claim.js';

/** What an attempt came to, as it is stored; its id carries its event's millisecond. */
export function recordOf(
  { delivery, runId }: Claim,
  answer: Answer,
  transition: Transition,
): AttemptRecord {
  return {
    id: newUuid(uuidTimeMs(delivery.eventId)),
    deliveryId: delivery.id,
    round: delivery.round,
    number: delivery.attemptCount + 1,
    priorState: delivery.state,
    ...answerRecord(answer, transition),
    endpointUpdatedAt: delivery.endpoint.updatedAt,
    runId,
  };
}
