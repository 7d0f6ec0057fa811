import { answerText, type Answer } from '../domain/answer.js';
import { uuidTimeMs } from '../domain/ids.js';
import type { Transition } from '../domain/transition.js';
import { newUuid } from '../store/newUuid.js';
import type { AttemptRecord } from '../store/recordAttempts.js';
import type { Claim } from './claim.js';
import { storable, storableHeaders } from './storable.js';

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
    outcome: answer.outcome,
    status: answer.status,
    failure: answer.failure,
    lastAnswer: answerText(answer),
    startedAt: new Date(answer.startedAtMs),
    durationMs: Math.round(answer.durationMs),
    responseHeaders: storableHeaders(answer.headers),
    responseBody: storable(answer.body),
    responseTruncated: answer.bodyTruncated,
    state: transition.state,
    reason: transition.reason,
    waitMs: transition.waitMs,
    disablesEndpoint: transition.disablesEndpoint,
    endpointUpdatedAt: delivery.endpoint.updatedAt,
    runId,
  };
}
