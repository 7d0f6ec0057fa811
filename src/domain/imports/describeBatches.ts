import { timeText } from '../describeDelivery.js';
import { isFinal, type DeliveryState } from '../words.js';

/** The part of a report on a delivery in batches that an operator reads in the Temporal UI. */
export interface DescribedBatches {
  state: DeliveryState;
  reason: string | null;
  paused: boolean;
  /** In all, and those that are acknowledged: the first ones. */
  batches: number;
  acknowledged: number;
  acknowledgedRows: number;
  /** Attempts made of the batch that is next. */
  attemptCount: number;
  attemptsAllowed: number;
  lastAnswer: string | null;
  nextAttemptAtMs: number | null;
}

/** What the workflow does. `retrying`: it waits for a retry; `queued`: for its endpoint, as a delivery that is `queued`. */
export const batchActivities = ['sending', 'retrying', 'queued', 'paused'] as const;
export type BatchActivity = (typeof batchActivities)[number];

/** Null where it has ended. */
export function batchActivityOf({
  state,
  paused,
}: Pick<DescribedBatches, 'state' | 'paused'>): BatchActivity | null {
  if (isFinal(state)) return null;
  if (paused) return 'paused';
  return state === 'retrying' || state === 'queued' ? state : 'sending';
}

/** `rows.valid for acme, import upload-7`; all three are bounded by 128 characters, so it is below 400 bytes. */
export function batchesSummary(eventType: string, tenant: string, importName: string): string {
  return `${eventType} for ${tenant}, import ${importName}`;
}

/** `batch 37 of 200, 180,000 rows acknowledged, attempt 2 of 10 at 14:05:10 UTC, last answer 503`. */
export function describeBatches(run: DescribedBatches, nowMs: number): string {
  const last = run.lastAnswer === null ? '' : `, last answer ${run.lastAnswer}`;
  const rows = `${run.acknowledgedRows.toLocaleString('en-US')} rows acknowledged`;
  if (isFinal(run.state)) {
    const why = run.reason === null ? '' : `: ${run.reason}`;
    return `${run.state} with ${run.acknowledged} of ${run.batches} batches, ${rows}${why}`;
  }
  return `batch ${run.acknowledged + 1} of ${run.batches}, ${rows}, ${nextStep(run, nowMs)}${last}`;
}

function nextStep(run: DescribedBatches, nowMs: number): string {
  if (run.paused) return 'paused';
  if (run.state === 'queued')
    return `waits for its endpoint${run.reason === null ? '' : ` (${run.reason})`}`;
  if (run.state === 'retrying') {
    return `attempt ${run.attemptCount + 1} of ${run.attemptsAllowed} ${timeText(run.nextAttemptAtMs, nowMs)}`;
  }
  return 'being sent';
}
