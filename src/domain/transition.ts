import { type Closed, gateOf, type GatedEndpoint } from './gate.js';
import { type Answer, answerText, isSuccessStatus } from './answer.js';
import { parseRetryAfterMs } from './retryAfter.js';
import { attemptsAllowed, nextWaitMs } from './retrySchedule.js';

export interface AttemptMade {
  answer: Answer;
  /** Of the attempt in its round, from 1. */
  number: number;
  /** Seconds before each further attempt, frozen for the round. */
  scheduleSeconds: readonly number[];
  /** From 0 to 1. */
  random: number;
  /** When the answer came; a `Retry-After` that is a date counts from here. */
  nowMs: number;
  /** The endpoint is for this event alone. */
  oneOff: boolean;
}

/** What an attempt makes of its delivery. */
export interface Transition {
  state: 'delivered' | 'retrying' | 'failed' | 'queued';
  /** Milliseconds to the next attempt; null unless retrying, or queued for one. */
  waitMs: number | null;
  /** Why it is queued or failed, in words for its owner; null otherwise. */
  reason: string | null;
  /** Whether the endpoint is to be disabled, with `gone` as the reason. */
  disablesEndpoint: boolean;
}

/**
 * What becomes of a delivery after an attempt. A 410 disables the endpoint, even with the last attempt, and its
 * delivery is queued rather than failed: it is sent when the owner enables the endpoint again. Every other failure
 * is retried until the round is used up, after a `Retry-After` where one came, whatever the status. So is a 410 of a
 * one-off endpoint: nobody could enable it again, and nothing of it is ever queued.
 */
export function afterAttempt(made: AttemptMade): Transition {
  const { answer, number, scheduleSeconds, random, nowMs, oneOff } = made;
  if (isSuccessStatus(answer.status)) return ended('delivered', null);
  if (answer.status === 410 && !oneOff) {
    const reason = 'the endpoint answered 410 Gone and was disabled';
    return { ...ended('queued', reason), disablesEndpoint: true };
  }
  const retryAfterMs = parseRetryAfterMs(headerValue(answer.headers, 'retry-after'), nowMs);
  const waitMs = nextWaitMs({ scheduleSeconds, attemptCount: number, random, retryAfterMs });
  if (waitMs === null) return ended('failed', usedUp(answer, attemptsAllowed(scheduleSeconds)));
  return { state: 'retrying', waitMs, reason: null, disablesEndpoint: false };
}

/**
 * The same of an attempt that the endpoint's drain made. While the endpoint is down a failure says nothing of the
 * delivery: it stays queued, however many attempts its schedule has. Where the drain alone sends, it also waits for the
 * next attempt; elsewhere it is retried in a workflow of its own.
 */
export function afterDrained(made: AttemptMade, endpoint: GatedEndpoint): Transition {
  const transition = afterAttempt(made);
  const gate = gateOf(endpoint);
  if (gate.open || transition.state === 'delivered' || transition.disablesEndpoint) {
    return transition;
  }
  if (endpoint.circuitOpen) return staysQueued(gate, 0);
  return transition.state === 'retrying' ? staysQueued(gate, transition.waitMs) : transition;
}

function staysQueued({ reason }: Closed, waitMs: number | null): Transition {
  return { state: 'queued', waitMs, reason, disablesEndpoint: false };
}

function ended(state: Transition['state'], reason: string | null): Transition {
  return { state, waitMs: null, reason, disablesEndpoint: false };
}

function usedUp(answer: Answer, attempts: number): string {
  const last = answer.status === null ? `: ${answerText(answer)}` : ` with ${answerText(answer)}`;
  return attempts === 1
    ? `the only attempt failed${last}`
    : `all ${attempts} attempts failed, the last${last}`;
}

/** How long a receiver asked to be left alone with its answer, in milliseconds; 0 where it didn't. */
export function askedWaitMs({ headers }: Answer, nowMs: number): number {
  return parseRetryAfterMs(headerValue(headers, 'retry-after'), nowMs) ?? 0;
}

function headerValue(headers: Record<string, string>, lowerCaseName: string): string | undefined {
  return Object.entries(headers).find(([name]) => name.toLowerCase() === lowerCaseName)?.[1];
}
