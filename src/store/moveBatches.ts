import type { Queryable } from './pool.js';
import { raiseDeliveryFailed } from './raiseEvents.js';

/** No batch can be sent any more: the delivery fails in this run. */
export async function failBatches(
  db: Queryable,
  deliveryId: string,
  { reason, runId }: { reason: string; runId: string },
): Promise<boolean> {
  const { rowCount } = await db.query(
    `WITH failed AS (
       UPDATE deliveries SET state = 'failed', reason = $2, due_at = NULL, finished_at = now(),
         failed_in_runs = array_append(failed_in_runs, $3)
       WHERE id = $1 AND state IN ('pending', 'retrying') RETURNING *
     ),
     raised AS (${raiseDeliveryFailed('failed', { mayBlock: false })})
     SELECT FROM failed`,
    [deliveryId, reason, runId],
  );
  return rowCount === 1;
}

/** All batches are acknowledged, though nobody said so: the last by an answer that came late. */
export async function endAcknowledged(db: Queryable, deliveryId: string): Promise<void> {
  await db.query(
    `UPDATE deliveries d SET state = 'delivered', reason = NULL, due_at = NULL, finished_at = now()
     FROM batch_runs r
     WHERE d.id = $1 AND r.delivery_id = $1 AND r.acknowledged >= r.batch_count AND d.state IN ('pending', 'retrying')`,
    [deliveryId],
  );
}

/** Holds a delivery's batches, or lets them go on. The batch under way ends as it will. */
export async function setPaused(db: Queryable, deliveryId: string, paused: boolean): Promise<void> {
  await db.query(
    `UPDATE batch_runs SET paused_at = CASE WHEN $2 THEN coalesce(paused_at, now()) END WHERE delivery_id = $1`,
    [deliveryId, paused],
  );
}
