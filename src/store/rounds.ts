import { defaultRetryScheduleSeconds } from '../domain/limits.js';
import { hurryProbe } from './hurryQueue.js';
import { isExpiredSql, scopeCondition, type DeliveryScopeById } from './lookAtDeliveries.js';
import { bringForward } from './moveDeliveries.js';
import type { Queryable } from './pool.js';
import { insertWakes, wakeDrain, wantDrains } from './wakes.js';

/** Of `endpoints e`, as it is now. */
export const scheduleOfEndpoint = `coalesce(e.retry_schedule, ARRAY[${defaultRetryScheduleSeconds.join(',')}]::double precision[])`;

/** What a delivery gets with a fresh round: no attempt yet, the endpoint's schedule of now, due at once. */
export const freshRound = `reason = NULL, attempt_count = 0, schedule = ${scheduleOfEndpoint},
  due_at = now(), finished_at = NULL`;

/** The next attempt of what is open and not under way is due now; its endpoint is asked at once, though it is down. */
export async function hurryDelivery(db: Queryable, deliveryId: string): Promise<void> {
  await bringForward(db, { deliveryId });
  const { rows } = await db.query<{ endpointId: string }>(
    `SELECT endpoint_id AS "endpointId" FROM deliveries WHERE id = $1 AND state = 'queued'`,
    [deliveryId],
  );
  for (const { endpointId } of rows) {
    await hurryProbe(db, endpointId);
    await wakeDrain(db, endpointId);
  }
}

/** Whether what is sent to an endpoint `e` goes through its queue, even while all is well, or since it is down. */
const goesThroughQueue = `(e.ordered OR e.rate_limit_per_second IS NOT NULL OR e.max_in_flight IS NOT NULL
  OR e.circuit_opened_at IS NOT NULL OR e.paused_at IS NOT NULL OR NOT e.enabled)`;

/** How a fresh round begins. */
interface Opening {
  /** `gate`: in a workflow of its own, where the endpoint may be sent to by anybody; `queue`: by the endpoint's drain. */
  through: 'gate' | 'queue';
}

/**
 * Opens a fresh round for ended deliveries whose endpoints are there, and has them sent; in the caller's transaction, in
 * which they are locked. One in batches goes on where it ended, one that was delivered sends them all again; a pause
 * ends. Nothing is sent of what has expired. Returns the ids of those that it opened.
 */
export async function openRounds(
  db: Queryable,
  deliveryIds: readonly string[],
  { through }: Opening,
): Promise<string[]> {
  const isQueued = `(d.import_id IS NULL AND ($2 OR ${goesThroughQueue}))`;
  const { rows } = await db.query<{ id: string; endpointId: string; isQueued: boolean }>(
    `WITH ended AS (
       SELECT id, state FROM deliveries WHERE id = ANY ($1::uuid[]) AND state IN ('delivered', 'failed', 'cancelled')
     ),
     opened AS (
       UPDATE deliveries d SET ${freshRound}, round = d.round + 1,
         state = CASE WHEN ${isQueued} THEN 'queued' ELSE 'pending' END,
         queued_at = now()
       FROM endpoints e, ended
       WHERE d.id = ended.id AND e.id = d.endpoint_id AND e.deleted_at IS NULL
         AND NOT ${isExpiredSql}
         AND NOT EXISTS (SELECT FROM imports i WHERE i.id = d.import_id AND i.rows_expired_at IS NOT NULL)
       RETURNING d.*, ended.state = 'delivered' AS from_start
     ),
     rewound AS (
       UPDATE batch_runs r SET paused_at = NULL,
         acknowledged = CASE WHEN opened.from_start THEN 0 ELSE r.acknowledged END,
         acknowledged_rows = CASE WHEN opened.from_start THEN 0 ELSE r.acknowledged_rows END
       FROM opened WHERE r.delivery_id = opened.id
     ),
     woken AS (${insertWakes} FROM opened WHERE state = 'pending')
     SELECT id, endpoint_id AS "endpointId", state = 'queued' AS "isQueued" FROM opened`,
    [deliveryIds, through === 'queue'],
  );
  const queuedFor = rows.filter((row) => row.isQueued).map(({ endpointId }) => endpointId);
  await wantDrains(db, [...new Set(queuedFor)]);
  return rows.map(({ id }) => id);
}

/** An event's deliveries in batches have workflows of their own, which settle them. */
function settledCondition(
  scope: DeliveryScopeById,
  first: number,
): { sql: string; values: string[] } {
  const { sql, values } = scopeCondition(scope, first);
  return { sql: 'eventId' in scope ? `${sql} AND d.import_id IS NULL` : sql, values };
}

/**
 * Closes a run: what failed before it gets a fresh round, what failed in it stays failed. Safe to repeat in the same
 * run. A failed delivery of a closed endpoint stays failed, for there is nobody to send to; so does one whose rows have
 * expired, for there is nothing to send, or which has expired itself.
 */
export async function settleFailed(
  db: Queryable,
  scope: DeliveryScopeById,
  runId: string,
): Promise<void> {
  const { sql, values } = settledCondition(scope, 2);
  await db.query(
    `WITH reopened AS (
       UPDATE deliveries d SET ${freshRound}, state = 'pending', round = d.round + 1 FROM endpoints e
       WHERE ${sql} AND d.state = 'failed' AND NOT d.failed_in_runs && ARRAY[$1, 'continued']
         AND e.id = d.endpoint_id AND e.enabled AND e.deleted_at IS NULL
         AND NOT ${isExpiredSql}
         AND NOT EXISTS (SELECT FROM imports i WHERE i.id = d.import_id AND i.rows_expired_at IS NOT NULL)
     )
     UPDATE deliveries d SET failed_in_runs = array_replace(d.failed_in_runs, 'continued', $1)
     WHERE ${sql} AND 'continued' = ANY (d.failed_in_runs)`,
    [runId, ...values],
  );
}

/** What failed in this run will count as failed in the run that continues it. */
export async function handOverFailed(
  db: Queryable,
  scope: DeliveryScopeById,
  runId: string,
): Promise<void> {
  const { sql, values } = settledCondition(scope, 2);
  await db.query(
    `UPDATE deliveries d SET failed_in_runs = array_replace(d.failed_in_runs, $1, 'continued')
     WHERE ${sql} AND $1 = ANY (d.failed_in_runs)`,
    [runId, ...values],
  );
}
