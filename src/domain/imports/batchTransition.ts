import type { DeliveryState } from '../words.js';
import { afterAttempt, type AttemptMade } from '../transition.js';
import { stopAsked } from './stopAsked.js';

/** What an attempt at a batch makes of its delivery. */
export interface BatchTransition {
  state: Exclude<DeliveryState, 'cancelled'>;
  acknowledged: boolean;
  /** Milliseconds to the next attempt; null where none is to come by itself. */
  waitMs: number | null;
  /** Why it ended early, is queued or failed, in words for its owner; null otherwise. */
  reason: string | null;
  disablesEndpoint: boolean;
}

/**
 * After an attempt at batch `number` of `batches`: acknowledged, the next one is due at once, and after the last, or
 * where the receiver asked to stop, the delivery is delivered. Otherwise as after any attempt; the schedule is the batch's.
 */
export function afterBatch(
  made: AttemptMade,
  { number, batches }: { number: number; batches: number },
): BatchTransition {
  const { waitMs, reason, disablesEndpoint, state } = afterAttempt(made);
  if (state === 'delivered') {
    const base = { acknowledged: true, disablesEndpoint };
    if (number === batches) return { ...base, state, waitMs: null, reason: null };
    if (stopAsked(made.answer)) {
      const said = `the receiver asked to stop at batch ${number} of ${batches}`;
      return { ...base, state, waitMs: null, reason: said };
    }
    return { ...base, state: 'pending', waitMs: 0, reason: null };
  }
  const of = reason === null ? null : `batch ${number} of ${batches}: ${reason}`;
  return { state, acknowledged: false, waitMs, reason: of, disablesEndpoint };
}
