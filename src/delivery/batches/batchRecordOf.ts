import type { Answer } from '../../domain/answer.js';
import type { BatchTransition } from '../../domain/imports/batchTransition.js';
import type { BatchSituation, PlannedBatch } from '../../store/batchSituation.js';
import { newUuid } from '../../store/newUuid.js';
import type { BatchRecord } from '../../store/recordBatch.js';
import { answerRecord } from '../answerRecord.js';

/** What an attempt at a batch came to, as it is stored. */
export function batchRecordOf(
  run: BatchSituation,
  batch: PlannedBatch,
  answer: Answer,
  transition: BatchTransition,
): Omit<BatchRecord, 'claimant' | 'runId' | 'ahead'> {
  return {
    deliveryId: run.id,
    id: newUuid(),
    batch: batch.number,
    rowCount: batch.rowCount,
    round: run.round,
    number: run.attemptCount + 1,
    ...answerRecord(answer, transition),
    endpointUpdatedAt: run.endpoint.updatedAt,
  };
}
