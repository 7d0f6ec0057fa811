import type { Format } from '../domain/formats/format.js';
import { formats } from '../domain/formats/index.js';
import { defaultTimeoutMs, leaseMarginMs } from '../domain/limits.js';
import type { SettingValues } from './settings.js';

/** The longest that a local activity with an attempt may take: its time-out and the margin to record the answer. */
export const longestLocalAttemptMs = defaultTimeoutMs + leaseMarginMs;

/** How many bytes one byte of the data becomes at most, in the format that adds most. */
const largestGrowth = Math.max(...Object.values<Format>(formats).map(({ growth = 1 }) => growth));
/** What a batch's body has besides its rows and what the product said of the import. */
const batchFrameBytes = 8_192;

/** So that a batch of one row always fits; the plan of batches relies on it. */
export function batchSizingProblem(
  sizes: Pick<SettingValues, 'maxBatchBytes' | 'maxBodyBytes' | 'maxRowBytes'>,
): string | null {
  const needed = largestGrowth * (sizes.maxRowBytes + sizes.maxBodyBytes + batchFrameBytes);
  if (sizes.maxBatchBytes >= needed) return null;
  return `EVERHOOK_MAX_BATCH_BYTES=${sizes.maxBatchBytes}: must be at least ${needed} = ${largestGrowth} × (EVERHOOK_MAX_ROW_BYTES + EVERHOOK_MAX_BODY_BYTES + ${batchFrameBytes}), since one format encodes what it carries`;
}

type Sizes = Pick<
  SettingValues,
  'startsInFlight' | 'workflowTaskSlots' | 'maxCachedWorkflows' | 'wakesPerSecond'
>;

/**
 * The sizing rule that keeps a request from being sent twice. A worker whose cache of workflows is full evicts the
 * one that was touched least recently, even while its local activity is still sending; the activity then runs again.
 * So the cache must hold all that may be touched during the longest local attempt, twice over, and the slots.
 * (Measured: 50 places, 500 parked workflows, every 20th request taking 3 s: all 25 slow requests repeated; 1,000
 * places: none.) Starts in flight take at most a quarter of the slots, or starts stop being eager.
 */
export function sizingProblem(sizes: Sizes): string | null {
  if (sizes.workflowTaskSlots < 4 * sizes.startsInFlight) {
    return `EVERHOOK_WORKFLOW_TASK_SLOTS=${sizes.workflowTaskSlots}: must be at least 4 × EVERHOOK_STARTS_IN_FLIGHT = ${4 * sizes.startsInFlight}`;
  }
  const needed =
    2 * sizes.wakesPerSecond * (longestLocalAttemptMs / 1_000) + sizes.workflowTaskSlots;
  if (sizes.maxCachedWorkflows < needed) {
    return `EVERHOOK_MAX_CACHED_WORKFLOWS=${sizes.maxCachedWorkflows}: must be at least ${needed} = 2 × EVERHOOK_WAKES_PER_SECOND × ${longestLocalAttemptMs / 1_000} s + EVERHOOK_WORKFLOW_TASK_SLOTS, or requests may be sent twice`;
  }
  return null;
}
