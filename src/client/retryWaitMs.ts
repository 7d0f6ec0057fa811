import { parseRetryAfterMs } from '../domain/retryAfter.js';

const firstWaitMs = 250;
const longestWaitMs = 5_000;
/** A service that asks for more is reported at once rather than waited for. */
const longestRetryAfterMs = 60_000;

/** Answers that say nothing about the request itself: too many, away, or a proxy without its service. */
const passingStatuses: readonly number[] = [429, 502, 503, 504];

/** What one try came to; status null where no whole answer came. */
export interface TryResult {
  status: number | null;
  retryAfter: string | null;
  /** The `code` of a problem document, if it was one. */
  code: string | null;
}

/**
 * How long to wait before the next try, in milliseconds, or null where another would not help. `triesMade` counts from
 * 1. The wait is that of `Retry-After`, otherwise it doubles from 250 ms to 5 s, half of it random (from 0 to 1), so
 * that clients that failed together don't come back together.
 */
export function retryWaitMs(
  { status, retryAfter, code }: TryResult,
  triesMade: number,
  random: number,
  nowMs: number,
): number | null {
  // A try that was cut off may still be at work under the same idempotency key: its answer can be had soon.
  const isPassing =
    status === null || passingStatuses.includes(status) || code === 'request_in_flight';
  if (!isPassing) return null;
  const askedMs = parseRetryAfterMs(retryAfter ?? undefined, nowMs);
  if (askedMs !== null && askedMs > longestRetryAfterMs) return null;
  const backoffMs = Math.min(firstWaitMs * 2 ** (triesMade - 1), longestWaitMs);
  return Math.max(askedMs ?? 0, backoffMs / 2) + (backoffMs / 2) * random;
}
