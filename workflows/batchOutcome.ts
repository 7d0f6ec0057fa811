import { ApplicationFailure } from '@temporalio/workflow';
import type { BatchReport } from '../src/contract/batches.js';
import { roundUsedUp } from '../src/contract/temporal.js';
import { describeBatches } from '../src/domain/imports/describeBatches.js';

/** How a delivery in batches stood when its workflow ended. */
export type BatchOutcome = Pick<
  BatchReport,
  'deliveryId' | 'state' | 'reason' | 'batches' | 'acknowledged' | 'acknowledgedRows'
>;

/** What the workflow returns; thrown, as the details of its failure, where a batch used up its round. */
export function batchOutcome(report: BatchReport): BatchOutcome {
  const { deliveryId, state, reason, batches, acknowledged, acknowledgedRows } = report;
  const outcome = { deliveryId, state, reason, batches, acknowledged, acknowledgedRows };
  if (state !== 'failed') return outcome;
  throw ApplicationFailure.create({
    type: roundUsedUp,
    message: `${deliveryId} ${describeBatches({ ...report, nextAttemptAtMs: null }, 0)}.`,
    nonRetryable: true,
    details: [outcome],
  });
}
