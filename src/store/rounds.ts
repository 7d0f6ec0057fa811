import { type GatedEndpoint, gateOf } from '../domain/gate.js';
import { defaultRetryScheduleSeconds } from '../domain/limits.js';
import { hasPayloadSql, isExpiredSql } from './deliveryConditions.js';
import { gatedMembers } from './gatedEndpoint.js';
import { hurryProbes } from './hurryQueue.js';
import { scopeCondition, type DeliveryScopeById } from './lookAtDeliveries.js';
import { bringForward } from './moveDeliveries.js';
import type { Queryable } from './pool.js';
import { hurryDrains, insertWakes, wantDrains } from './wakes.js';

/** Of `endpoints e`, as it is now. */
export const scheduleOfEndpoint = `coalesce(e.retry_schedule, ARRAY[${defaultRetryScheduleSeconds.join(',')}]::double precision[])`;

const freshAttempts = `attempt_count = 0, schedule = ${scheduleOfEndpoint}, due_at = now(), finished_at = NULL`;

/** What a delivery gets with a fresh round: no attempt yet, the endpoint's schedule of now, due at once. */
export const freshRound = `reason = NULL, ${freshAttempts}`;

/** The next attempt of what is open and not under way is due now; an endpoint that is down is probed at once. */
export async function hurryOpen(db: Queryable, scope: DeliveryScopeById): Promise<void> {
  await bringForward(db, scope);
  const { sql, values } = scopeCondition(scope, 1);
  const { rows } = await db.query<{ endpointId: string }>(
    `SELECT DISTINCT d.endpoint_id AS "endpointId" FROM deliveries d WHERE ${sql} AND d.state = 'queued'`,
    values,
  );
  if (rows.length === 0) return;
  const endpointIds = rows.map(({ endpointId }) => endpointId);
  await hurryProbes(db, endpointIds);
  // Not `wantDrains`: a drain that claims in order holds its queue, and waits for what is locked here.
  await hurryDrains(db, endpointIds);
}

/** How a fresh round begins. */
interface Opening {
  /**
   * `gate`: in a workflow of its own, where the endpoint may be sent to by anybody; `caller`: in the one that asks for it,
   * which looks itself (a wake that comes while it ends has it work off its signals again, and so open a round more);
   * `queue`: by the endpoint's drain.
   */
  through: 'gate' | 'caller' | 'queue';
}

/**
 * Opens a fresh round for ended deliveries whose endpoints are there, and has them sent; in the caller's transaction. It
 * locks them, in order of their ids. One in batches goes on where it ended, one that was delivered sends them all again;
 * a pause ends. Nothing is sent of what has expired, or of
 * which nothing is kept. Returns the ids of those that it opened.
 */
export async function openRounds(
  db: Queryable,
  deliveryIds: readonly string[],
  { through }: Opening,
): Promise<string[]> {
  const queueing = await readQueueing(db, deliveryIds, through);
  const { rows } = await db.query<{ id: string; endpointId: string; isQueued: boolean }>(
    `WITH ended AS (
       SELECT id, state FROM deliveries
       WHERE id = ANY ($1::uuid[]) AND state IN ('delivered', 'failed', 'cancelled') ORDER BY id FOR UPDATE
     ),
     queueing AS (SELECT * FROM json_to_recordset($2::json) AS q("endpointId" uuid, "reason" text)),
     opened AS (
       UPDATE deliveries d SET ${freshAttempts}, round = d.round + 1,
         state = CASE WHEN d.import_id IS NULL AND q."reason" IS NOT NULL THEN 'queued' ELSE 'pending' END,
         reason = CASE WHEN d.import_id IS NULL THEN q."reason" END, queued_at = now()
       FROM endpoints e LEFT JOIN queueing q ON q."endpointId" = e.id, ended
       WHERE d.id = ended.id AND e.id = d.endpoint_id AND e.deleted_at IS NULL
         AND NOT ${isExpiredSql} AND ${hasPayloadSql('d.id')}
         AND NOT EXISTS (SELECT FROM imports i WHERE i.id = d.import_id AND i.rows_expired_at IS NOT NULL)
       RETURNING d.*, ended.state = 'delivered' AS from_start
     ),
     rewound AS (
       UPDATE batch_runs r SET paused_at = NULL,
         acknowledged = CASE WHEN opened.from_start THEN 0 ELSE r.acknowledged END,
         acknowledged_rows = CASE WHEN opened.from_start THEN 0 ELSE r.acknowledged_rows END
       FROM opened WHERE r.delivery_id = opened.id
     ),
     woken AS (${insertWakes} FROM opened WHERE state = 'pending' AND $3)
     SELECT id, endpoint_id AS "endpointId", state = 'queued' AS "isQueued" FROM opened`,
    [deliveryIds, JSON.stringify(queueing), through !== 'caller'],
  );
  const queuedFor = rows.filter((row) => row.isQueued).map(({ endpointId }) => endpointId);
  await wantDrains(db, [...new Set(queuedFor)]);
  return rows.map(({ id }) => id);
}

const resentReason = 'waits for its turn: it is sent again';

/** The endpoints of deliveries through whose queues they go, each with the reason in words for the owner. */
async function readQueueing(
  db: Queryable,
  deliveryIds: readonly string[],
  through: Opening['through'],
): Promise<{ endpointId: string; reason: string }[]> {
  const { rows } = await db.query<{ endpointId: string; endpoint: GatedEndpoint }>(
    // One for one event alone has no queue.
    `SELECT e.id AS "endpointId", json_build_object(${gatedMembers}) AS endpoint FROM endpoints e
     WHERE e.id IN (SELECT endpoint_id FROM deliveries WHERE id = ANY ($1::uuid[])) AND NOT e.one_off`,
    [deliveryIds],
  );
  return rows.flatMap(({ endpointId, endpoint }) => {
    const gate = gateOf(endpoint);
    if (!gate.open) return [{ endpointId, reason: gate.reason }];
    return through === 'queue' ? [{ endpointId, reason: resentReason }] : [];
  });
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
 * expired, for there is nothing to send, or which has expired itself, or whose payload isn't kept.
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
         AND NOT ${isExpiredSql} AND ${hasPayloadSql('d.id')}
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
