import { payloadTables, recordTables } from '../../store/dayTables.js';
import { deleteOutlived } from '../../store/deleteOutlived.js';
import { dropDays, firstDayKept } from '../../store/dropDays.js';
import { endPayloads } from '../../store/endPayloads.js';
import { forgetImportData } from '../../store/forgetImportData.js';
import type { Pool } from '../../store/pool.js';
import { readClock } from '../../store/readClock.js';
import type { Log } from '../../telemetry/log.js';
import type { Metrics } from '../../telemetry/metrics/createMetrics.js';

export interface RetentionDeps {
  pool: Pool;
  log: Log;
  metrics: Pick<Metrics, 'deliveriesFailed'>;
  /** How long events are kept, with what became of them. */
  retentionDays: number;
  /** How long what they carry is; no longer than that. */
  payloadRetentionDays: number;
}

/**
 * Drops days that are over: first what their events carry, once nothing needs it any more, later what is known of them.
 * Safe to repeat, wherever it was interrupted.
 */
export async function keepRetention(
  { pool, log, metrics, retentionDays, payloadRetentionDays }: RetentionDeps,
  stopping: AbortSignal,
): Promise<void> {
  const distrust = await readClock(pool, new Date());
  if (distrust !== null) {
    log.error({ reason: distrust }, 'no day is dropped: check the clocks of the machines');
    return;
  }
  const payloadsFrom = await firstDayKept(pool, payloadRetentionDays);
  const recordsFrom = await firstDayKept(pool, retentionDays);
  const ending = { before: payloadsFrom, days: payloadRetentionDays };
  const { failed, isLeft } = await endPayloads(pool, ending, stopping);
  metrics.deliveriesFailed.inc({ cause: 'expired' }, failed);
  if (isLeft) return;
  const dropped = [
    ...(await dropDays(pool, payloadTables, payloadsFrom, stopping)),
    ...(await dropDays(pool, recordTables, recordsFrom, stopping)),
  ];
  if (dropped.length > 0) log.info({ dropped }, 'days that are over were dropped');
  await forgetImportData(pool, payloadsFrom, stopping);
  await deleteOutlived(pool, recordsFrom, stopping);
}
