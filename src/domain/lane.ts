import { defaultTimeoutMs, localRetries } from './limits.js';

/**
 * Where an attempt is made. `local`: a local activity, a quarter of the cost, but it holds a workflow's place in the
 * worker's cache while it sends. `attempts`: an ordinary activity on the queue of that name, with slots of its own,
 * for what may take long and for the tail of a schedule.
 */
export const lanes = ['local', 'attempts'] as const;
export type Lane = (typeof lanes)[number];

/** Where attempts are made besides: by the drain of their endpoint. */
export const placesOfAttempts = [...lanes, 'drain'] as const;
export type PlaceOfAttempt = (typeof placesOfAttempts)[number];

export function laneOf(attempt: {
  /** From 1, in its round. */
  number: number;
  timeoutMs: number;
  /** The endpoint's last answer took long, or its share of the worker is used up. */
  crowded: boolean;
}): Lane {
  if (attempt.crowded) return 'attempts';
  if (attempt.timeoutMs > defaultTimeoutMs) return 'attempts';
  return attempt.number > 1 + localRetries ? 'attempts' : 'local';
}
