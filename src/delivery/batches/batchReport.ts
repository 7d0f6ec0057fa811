import type { BatchReport } from '../../contract/batches.js';
import { showId } from '../../domain/ids.js';
import { attemptsAllowed } from '../../domain/retrySchedule.js';
import type { BatchSituation } from '../../store/batchSituation.js';

/** A delivery in batches as its workflow sees it. */
export function batchReport(run: BatchSituation, stepsPerRun: number): BatchReport {
  return {
    deliveryId: showId('delivery', run.id),
    state: run.state,
    reason: run.reason,
    paused: run.paused,
    round: run.round,
    batches: run.batchCount ?? 0,
    acknowledged: run.acknowledged,
    totalRows: run.totalRows,
    acknowledgedRows: run.acknowledgedRows,
    attemptCount: run.attemptCount,
    attemptsAllowed: attemptsAllowed(run.scheduleSeconds),
    lastAnswer: run.lastAnswer,
    waitMs: Math.ceil(run.waitMs),
    stepsPerRun,
  };
}
