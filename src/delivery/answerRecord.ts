import { answerText, type Answer } from '../domain/answer.js';
import type { BatchTransition } from '../domain/imports/batchTransition.js';
import type { Transition } from '../domain/transition.js';
import type { AnswerRecord } from '../store/recordAttempts.js';
import { storable, storableHeaders } from './storable.js';

/** What came back and what it makes of the delivery, as they are stored. */
export function answerRecord(
  answer: Answer,
  transition: Transition | BatchTransition,
): AnswerRecord {
  return {
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
  };
}
