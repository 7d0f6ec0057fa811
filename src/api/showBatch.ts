import type { z } from 'zod';
import { showId } from '../domain/ids.js';
import { batchIdOf } from '../domain/imports/batchId.js';
import type { BatchProgress, BatchSeen, RecordedBatchAttempt } from '../store/readBatches.js';
import type { batchProgress, batchShown, batchSummary } from './schemas/batchSchemas.js';

export function showBatchProgress(run: BatchProgress): z.output<typeof batchProgress> {
  const { paused, batches, acknowledged, totalRows, acknowledgedRows } = run;
  return { paused, batches, acknowledged, totalRows, acknowledgedRows };
}

export function showBatch(
  run: Pick<BatchProgress, 'id' | 'acknowledged'>,
  { number, rowOffset, rowCount, sha256, attempts }: BatchSeen,
): z.output<typeof batchSummary> {
  const isNext = number === run.acknowledged + 1;
  return {
    number,
    webhookId: batchIdOf(run.id, number),
    rowOffset,
    rowCount,
    state: number <= run.acknowledged ? 'acknowledged' : isNext ? 'next' : 'waiting',
    sha256,
    attemptCount: attempts,
  };
}

/** A batch with its attempts and what came back. */
export function showBatchWhole(
  run: BatchProgress,
  batch: BatchSeen,
  attempts: readonly RecordedBatchAttempt[],
): z.output<typeof batchShown> {
  return { ...showBatch(run, batch), attempts: attempts.map(showAttempt) };
}

function showAttempt({
  id,
  startedAt,
  ...attempt
}: RecordedBatchAttempt): z.output<typeof batchShown>['attempts'][number] {
  return { ...attempt, id: showId('attempt', id), startedAt: startedAt.toISOString() };
}
