import type { Answer } from '../../domain/answer.js';
import type { BatchSituation, PlannedBatch } from '../../store/batchSituation.js';
import type { RecordedBatch } from '../../store/recordBatch.js';
import type { Log } from '../../telemetry/log.js';
import { attemptFacts } from '../attemptFacts.js';

/** One line with every fact of an attempt at a batch, and no secret or payload in it. */
export function logBatch(
  log: Log,
  run: BatchSituation,
  { batch, answer, recorded }: { batch: PlannedBatch; answer: Answer; recorded: RecordedBatch },
): void {
  const { counts, acknowledges, situation } = recorded;
  log[answer.outcome === 'success' ? 'info' : 'warn'](
    {
      ...attemptFacts(run, answer),
      import: run.importName,
      batch: batch.number,
      batches: run.batchCount,
      rows: batch.rowCount,
      state: counts || acknowledges ? situation.state : 'late',
      nextInMs: Math.ceil(situation.waitMs),
    },
    'batch',
  );
}
