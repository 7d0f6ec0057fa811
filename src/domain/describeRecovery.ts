import { timeText } from './describeDelivery.js';
import type { RecoveryState } from './words.js';

/** The part of a report on a recovery that an operator reads in the Temporal UI. */
export interface DescribedRecovery {
  state: RecoveryState;
  resent: number;
  skipped: number;
  /** Null: too many to count. */
  total: number | null;
  ratePerSecond: number;
  /** The moment up to which it has looked at what was accepted; null before the first. */
  recoveredUntilMs: number | null;
}

/** `running: 1,200 of 5,000 resent, 3 skipped, up to what was accepted on 2026-11-17 at 14:05:10 UTC, 100 a second`. */
export function describeRecovery(recovery: DescribedRecovery): string {
  const { state, resent, skipped, total, ratePerSecond, recoveredUntilMs } = recovery;
  const of = total === null ? '' : ` of ${countText(total)}`;
  // Beside a moment that is far away, so that the day is always said.
  const until =
    recoveredUntilMs === null ? '' : `, up to what was accepted ${timeText(recoveredUntilMs, 0)}`;
  const counts = `${countText(resent)}${of} resent, ${countText(skipped)} skipped${until}`;
  return state === 'running'
    ? `running: ${counts}, ${countText(ratePerSecond)} a second`
    : `${state}: ${counts}`;
}

function countText(count: number): string {
  return count.toLocaleString('en-US');
}
