import { maxRetryWaitSeconds } from './limits.js';

export interface NextWaitInput {
  /** Seconds before each further attempt, frozen for the round. */
  scheduleSeconds: readonly number[];
  /** Attempts made in the round, the one that just failed included; from 1. */
  attemptCount: number;
  /** From 0 to 1. */
  random: number;
  /** What the receiver asked for, or null. */
  retryAfterMs: number | null;
}

const jitterShare = 0.1;
const maxJitterMs = 3_600_000;

/** The first attempt and one per entry of the schedule. */
export function attemptsAllowed(scheduleSeconds: readonly number[]): number {
  return scheduleSeconds.length + 1;
}

/**
 * Whole milliseconds to the next attempt, or null when the round is used up.
 *
 * The schedule's entry, or what the receiver asked for if that is longer, either bounded by `maxRetryWaitSeconds`;
 * on top up to a tenth of it, an hour at most, so that what failed together doesn't come back together. Jitter is
 * only added: taken off it would break a `Retry-After`, and full jitter (from 0) would spend a round's attempts
 * while the receiver is still down.
 */
export function nextWaitMs(input: NextWaitInput): number | null {
  const entrySeconds = input.scheduleSeconds[input.attemptCount - 1];
  if (entrySeconds === undefined) return null;
  const asked = Math.max(entrySeconds * 1_000, input.retryAfterMs ?? 0);
  const waitMs = Math.min(Math.ceil(asked), maxRetryWaitSeconds * 1_000);
  return waitMs + Math.floor(input.random * Math.min(waitMs * jitterShare, maxJitterMs));
}
