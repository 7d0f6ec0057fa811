import type { Answer } from '../../domain/answer.js';
import { showId } from '../../domain/ids.js';
import { attemptsAllowed } from '../../domain/retrySchedule.js';
import type { BatchSituation, PlannedBatch } from '../../store/batchSituation.js';
import type { RecordedBatch } from '../../store/recordBatch.js';
import type { Log } from '../../telemetry/log.js';

/** One line with every fact of an attempt at a batch, and no secret or payload in it. */
export function logBatch(
  log: Log,
  run: BatchSituation,
  { batch, answer, recorded }: { batch: PlannedBatch; answer: Answer; recorded: RecordedBatch },
): void {
  const { counts, acknowledges, situation } = recorded;
  log[answer.outcome === 'success' ? 'info' : 'warn'](
    {
      environment: run.environment,
      tenant: run.tenant,
      eventId: showId('event', run.eventId),
      eventType: run.eventType,
      deliveryId: showId('delivery', run.id),
      endpointId: showId('endpoint', run.endpointId),
      import: run.importName,
      batch: batch.number,
      batches: run.batchCount,
      rows: batch.rowCount,
      round: run.round,
      attempt: run.attemptCount + 1,
      attemptsAllowed: attemptsAllowed(run.scheduleSeconds),
      outcome: answer.outcome,
      status: answer.status,
      failure: answer.failure,
      detail: answer.operatorDetail,
      durationMs: answer.durationMs,
      state: counts || acknowledges ? situation.state : 'late',
      nextInMs: Math.ceil(situation.waitMs),
    },
    'batch',
  );
}
