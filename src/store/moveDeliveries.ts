import { closedReasons } from '../domain/gate.js';
import { defaultRetryScheduleSeconds } from '../domain/limits.js';
import { scopeCondition, type DeliveryScopeById } from './lookAtDeliveries.js';
import type { Queryable } from './pool.js';

const scheduleOfEndpoint = `coalesce(e.retry_schedule, ARRAY[${defaultRetryScheduleSeconds.join(',')}]::double precision[])`;

/** The start of a statement that has deliveries looked at again, by their workflow or a new one. */
const insertWakes = `INSERT INTO outbox (id, kind, event_id, delivery_id, environment, tenant, event_type, endpoint_ids,
    import_name, available_at)
  SELECT gen_random_uuid(), CASE WHEN import_id IS NULL THEN 'redeliver' ELSE 'deliverBatches' END, event_id, id,
    environment, tenant, event_type, ARRAY[endpoint_id], (SELECT name FROM imports i WHERE i.id = import_id), now()`;

/** What a delivery gets with a fresh round: no attempt yet, the endpoint's schedule of now, due at once. */
const freshRound = `state = 'pending', reason = NULL, attempt_count = 0, schedule = ${scheduleOfEndpoint},
  due_at = now(), finished_at = NULL`;

/**
 * The gate was closed when an attempt was claimed: the delivery waits for its endpoint, or ends with it. `claimant` is
 * null of one in batches, whose claim is its run's.
 */
export async function closeByGate(
  db: Queryable,
  { deliveryId, claimant }: { deliveryId: string; claimant: string | null },
  gate: { becomes: 'queued' | 'cancelled'; reason: string },
): Promise<void> {
  await db.query(
    `UPDATE deliveries SET state = $2, reason = $3, claimant = NULL, lease_until = NULL,
       due_at = CASE WHEN $2 = 'queued' THEN now() END, finished_at = CASE WHEN $2 = 'cancelled' THEN now() END
     WHERE id = $1 AND state IN ('pending', 'retrying') AND claimant IS NOT DISTINCT FROM $4::uuid`,
    [deliveryId, gate.becomes, gate.reason, claimant],
  );
}

/** Brings the next attempt of what is open forward to now. */
export async function bringForward(db: Queryable, scope: DeliveryScopeById): Promise<void> {
  const { sql, values } = scopeCondition(scope, 1);
  await db.query(
    `UPDATE deliveries d SET due_at = now() WHERE ${sql} AND d.state IN ('pending', 'retrying')`,
    values,
  );
}

/** Cancels what is open. An attempt under way ends late; its success would still count. */
export async function cancelOpen(db: Queryable, scope: DeliveryScopeById): Promise<number> {
  const { sql, values } = scopeCondition(scope, 1);
  const { rowCount } = await db.query(
    `UPDATE deliveries d SET state = 'cancelled', reason = 'cancelled by its owner or an operator', due_at = NULL,
       finished_at = now()
     WHERE ${sql} AND d.state IN ('pending', 'retrying', 'queued')`,
    values,
  );
  return rowCount ?? 0;
}

/**
 * Opens a fresh round for an ended or queued delivery whose endpoint may be sent to. One in batches goes on where it
 * ended, one that was delivered sends them all again; a pause ends. Returns whether it did.
 */
export async function openRound(db: Queryable, deliveryId: string): Promise<boolean> {
  const { rows } = await db.query(
    `WITH ended AS (
       SELECT id, state FROM deliveries WHERE id = $1 AND state IN ('queued', 'delivered', 'failed', 'cancelled')
       FOR UPDATE
     ),
     opened AS (
       UPDATE deliveries d SET ${freshRound}, round = d.round + 1 FROM endpoints e, ended
       WHERE d.id = $1 AND d.id = ended.id AND e.id = d.endpoint_id AND e.enabled AND e.deleted_at IS NULL
       RETURNING d.id, ended.state = 'delivered' AS "fromStart"
     ),
     rewound AS (
       UPDATE batch_runs r SET paused_at = NULL,
         acknowledged = CASE WHEN opened."fromStart" THEN 0 ELSE r.acknowledged END,
         acknowledged_rows = CASE WHEN opened."fromStart" THEN 0 ELSE r.acknowledged_rows END
       FROM opened WHERE r.delivery_id = $1 AND r.delivery_id = opened.id
     )
     SELECT FROM opened`,
    [deliveryId],
  );
  return rows.length === 1;
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
 * expired, for there is nothing to send.
 */
export async function settleFailed(
  db: Queryable,
  scope: DeliveryScopeById,
  runId: string,
): Promise<void> {
  const { sql, values } = settledCondition(scope, 2);
  await db.query(
    `WITH reopened AS (
       UPDATE deliveries d SET ${freshRound}, round = d.round + 1 FROM endpoints e
       WHERE ${sql} AND d.state = 'failed' AND NOT d.failed_in_runs && ARRAY[$1, 'continued']
         AND e.id = d.endpoint_id AND e.enabled AND e.deleted_at IS NULL
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

/** Deliveries moved per statement, so that none holds its locks for long. */
const chunkSize = 1_000;
const maxChunks = 50;

/** What becomes of an endpoint's open deliveries when it closes. */
const closings = {
  /** They wait for it. */
  disabled: {
    open: `'pending', 'retrying'`,
    change: `state = 'queued', reason = '${closedReasons.disabled}', due_at = now()`,
  },
  /** They end with it. */
  deleted: {
    open: `'pending', 'retrying', 'queued'`,
    change: `state = 'cancelled', reason = '${closedReasons.deleted}', due_at = NULL, finished_at = now()`,
  },
};

/** The endpoint has closed, if it still is, and so do its open deliveries. Their workflows notice at their next wake. */
export async function closeOpenOfEndpoint(
  db: Queryable,
  endpointId: string,
  closing: keyof typeof closings,
): Promise<void> {
  const { open, change } = closings[closing];
  await inChunks(() =>
    db.query(
      `UPDATE deliveries d SET ${change}
       FROM (SELECT id FROM deliveries WHERE endpoint_id = $1 AND state IN (${open})
           AND EXISTS (SELECT FROM endpoints e WHERE e.id = $1 AND (NOT e.enabled OR e.deleted_at IS NOT NULL))
         ORDER BY id LIMIT $2 FOR UPDATE) open
       WHERE d.id = open.id`,
      [endpointId, chunkSize],
    ),
  );
}

/** The endpoint is open again: what is queued gets a fresh round and a workflow, through the outbox. */
export async function releaseQueuedOfEndpoint(db: Queryable, endpointId: string): Promise<void> {
  await inChunks(() =>
    db.query(
      `WITH released AS (
         UPDATE deliveries d SET ${freshRound}, round = d.round + least(d.attempt_count, 1)
         FROM endpoints e, (SELECT id FROM deliveries WHERE endpoint_id = $1 AND state = 'queued'
           ORDER BY id LIMIT $2 FOR UPDATE) queued
         WHERE d.id = queued.id AND e.id = d.endpoint_id AND e.enabled AND e.deleted_at IS NULL
         RETURNING d.id, d.event_id, d.environment, d.tenant, d.event_type, d.endpoint_id, d.import_id
       )
       ${insertWakes} FROM released`,
      [endpointId, chunkSize],
    ),
  );
}

/**
 * The endpoint answered 410. Somebody may have changed it during the attempt: then it is open, and what waits is sent to
 * it again.
 */
export async function closeOpenOfGone(db: Queryable, endpointId: string): Promise<void> {
  await closeOpenOfEndpoint(db, endpointId, 'disabled');
  await releaseQueuedOfEndpoint(db, endpointId);
}

/** A chunk that comes back short was the last. What is beyond the bound is left to the housekeeping. */
async function inChunks(next: () => Promise<{ rowCount: number | null }>): Promise<void> {
  for (let chunk = 0; chunk < maxChunks; chunk += 1) {
    if ((await next()).rowCount !== chunkSize) return;
  }
}

/** Has one delivery looked at by its workflow, or by a new one; in the transaction that changed it. */
export async function wakeWorkflow(db: Queryable, deliveryId: string): Promise<void> {
  await db.query(`${insertWakes} FROM deliveries WHERE id = $1`, [deliveryId]);
}

/** The same of those of a scope that are sent in batches: their workflows are others than the one that changed them. */
export async function wakeBatches(db: Queryable, scope: DeliveryScopeById): Promise<void> {
  const { sql, values } = scopeCondition(scope, 1);
  await db.query(
    `${insertWakes} FROM deliveries d WHERE ${sql} AND d.import_id IS NOT NULL`,
    values,
  );
}
