import { auditGone } from './auditGone.js';
import { insertAnswerBodies } from './answerBodies.js';
import { batchLeaseSql, situationSql, type BatchSituation } from './batchSituation.js';
import type { Queryable } from './pool.js';
import { raiseDeliveryFailed, raiseGone } from './raiseEvents.js';
import { answerColumns, type AnswerRecord } from './recordAttempts.js';

/** What a body was made by and came to. */
export interface MadeBody {
  /** The batch's, from 1. */
  number: number;
  renderer: number;
  /** In hexadecimal. */
  sha256: string;
}

/** An attempt at a batch; what its answer makes of the delivery, it makes if it counts. */
export interface BatchRecord extends AnswerRecord {
  deliveryId: string;
  claimant: string;
  /** Of the attempt. */
  id: string;
  batch: number;
  rowCount: number;
  round: number;
  /** Of the attempt, from 1. */
  number: number;
  endpointUpdatedAt: string;
  /** The Temporal run that makes the attempt. */
  runId: string;
  /** The body of the batch after this one, where it is made already. */
  ahead: MadeBody | null;
}

/**
 * `counts`: everything is as it was when the attempt began. `acknowledges`: a success of the batch that the cursor
 * stands at, whatever else has changed meanwhile.
 */
const statement = `
WITH input AS (
  SELECT * FROM json_to_record($3::json) AS x(
    "id" uuid, "batch" integer, "rowCount" integer, "round" smallint, "number" smallint, ${answerColumns}, "endpointUpdatedAt" timestamptz, "runId" text, "ahead" json)
),
-- The delivery first, as everybody does who locks both.
locked AS MATERIALIZED (
  SELECT d.id, d.state, d.round, d.attempt_count, r.acknowledged
  FROM deliveries d JOIN batch_runs r ON r.delivery_id = d.id WHERE d.id = $1 FOR UPDATE
),
decided AS MATERIALIZED (
  SELECT l.id AS delivery_id, i.*,
    l.round = i."round" AND l.attempt_count = i."number" - 1 AND l.acknowledged = i."batch" - 1
      AND l.state IN ('pending', 'retrying') AS counts,
    i."outcome" = 'success' AND l.acknowledged = i."batch" - 1 AND l.state <> 'delivered' AS acknowledges,
    CASE
      WHEN i."state" = 'delivered' AND l.acknowledged = i."batch" - 1 THEN 'delivered'
      WHEN l.round = i."round" AND l.attempt_count = i."number" - 1 AND l.acknowledged = i."batch" - 1
        AND l.state IN ('pending', 'retrying') THEN i."state"
      WHEN i."outcome" = 'success' AND l.acknowledged = i."batch" - 1 AND l.state = 'retrying' THEN 'pending'
      ELSE l.state END AS new_state
  FROM locked l, input i
),
moved AS (
  UPDATE deliveries d SET
    state = x.new_state, queued_at = now(), last_answer = x."lastAnswer",
    reason = CASE WHEN x.counts OR x.new_state = 'delivered' THEN x."reason" ELSE d.reason END,
    attempt_count = CASE WHEN x.new_state = 'delivered' OR NOT x.acknowledges THEN x."number" ELSE 0 END,
    due_at = CASE WHEN x.new_state IN ('delivered', 'failed', 'cancelled') THEN NULL
      WHEN x.counts THEN now() + make_interval(secs => coalesce(x."waitMs", 0) / 1000) ELSE now() END,
    finished_at = CASE WHEN x.new_state = d.state THEN d.finished_at
      WHEN x.new_state IN ('delivered', 'failed') THEN now() END,
    failed_in_runs = CASE WHEN x.counts AND x.new_state = 'failed' THEN array_append(d.failed_in_runs, x."runId")
      ELSE d.failed_in_runs END
  FROM decided x
  WHERE d.id = $1 AND d.id = x.delivery_id AND (x.counts OR x.acknowledges)
  RETURNING d.*
),
-- Not one that had failed before, whose late success acknowledges a batch.
failed AS (${raiseDeliveryFailed(`(SELECT m.* FROM moved m, decided x WHERE x.counts AND m.state = 'failed')`, { mayBlock: false })}),
run AS (
  UPDATE batch_runs r SET
    acknowledged = r.acknowledged + x.acknowledges::integer,
    acknowledged_rows = r.acknowledged_rows + CASE WHEN x.acknowledges THEN x."rowCount" ELSE 0 END,
    lease_until = CASE WHEN r.claimant = $2::uuid THEN ${batchLeaseSql} ELSE r.lease_until END
  FROM decided x WHERE r.delivery_id = $1 AND r.delivery_id = x.delivery_id
  RETURNING r.*
),
written AS (
  INSERT INTO batch_attempts (delivery_id, batch, id, round, number, outcome, status, failure, started_at, duration_ms,
    response_headers, response_truncated, late)
  SELECT x.delivery_id, x."batch", x."id", x."round", x."number", x."outcome", x."status", x."failure", x."startedAt",
    x."durationMs", x."responseHeaders", x."responseTruncated", NOT (x.counts OR x.acknowledges)
  FROM decided x
  -- A record whose first commit went through unheard is written again.
  ON CONFLICT DO NOTHING
),
answered AS (${insertAnswerBodies(`SELECT x.delivery_id, x."id", x."responseBody" FROM decided x`)}),
-- Unless it has been changed meanwhile: what answered 410 may be its URL of before.
disabled AS (
  UPDATE endpoints e SET enabled = false, disabled_reason = 'gone', disabled_at = now(), updated_at = now()
  FROM moved m, decided x
  WHERE x."disablesEndpoint" AND x.counts AND e.id = m.endpoint_id AND e.enabled
    AND e.updated_at = x."endpointUpdatedAt"
  RETURNING e.*
),
gone AS (${raiseGone('disabled')}),
audited AS (${auditGone('disabled')}),
fixed AS (
  UPDATE batches b SET renderer = (x."ahead" ->> 'renderer')::smallint, sha256 = decode(x."ahead" ->> 'sha256', 'hex')
  FROM decided x
  WHERE b.delivery_id = $1 AND b.number = (x."ahead" ->> 'number')::integer AND b.sha256 IS NULL
),
delivery AS (
  SELECT * FROM moved
  UNION ALL
  SELECT * FROM deliveries WHERE id = $1 AND NOT EXISTS (SELECT FROM moved)
)
SELECT (SELECT situation FROM (${situationSql('delivery', 'run')}) whole) AS situation, counts, acknowledges
FROM decided`;

/** What a record came to, and how everything stands now. */
export interface RecordedBatch {
  /** Whether the transition is as it was decided; otherwise the answer is late. */
  counts: boolean;
  /** A late success acknowledges its batch, too, where the cursor stands at it. */
  acknowledges: boolean;
  situation: BatchSituation;
}

/**
 * Writes an attempt, the transition that it makes, and the claim's new lease, in one statement and so one transaction;
 * gives what the next attempt has to ask. `situation.next` has what stood before, but for the body ahead of it.
 */
export async function recordBatch(
  db: Queryable,
  { deliveryId, claimant, ...record }: BatchRecord,
): Promise<RecordedBatch> {
  const { rows } = await db.query<RecordedBatch>({
    name: 'record-batch',
    text: statement,
    values: [deliveryId, claimant, JSON.stringify(record)],
  });
  const [recorded] = rows;
  if (recorded === undefined) throw new Error(`The delivery ${deliveryId} in batches is gone.`);
  const { ahead } = record;
  if (ahead === null) return recorded;
  const next = recorded.situation.next.map((batch) =>
    batch.number === ahead.number && batch.sha256 === null ? { ...batch, ...ahead } : batch,
  );
  return { ...recorded, situation: { ...recorded.situation, next } };
}

/** Fixes what a batch's body is, before its first attempt. */
export async function fixBatch(
  db: Queryable,
  deliveryId: string,
  { number, renderer, sha256 }: MadeBody,
): Promise<void> {
  await db.query({
    name: 'fix-batch',
    text: `UPDATE batches SET renderer = $3, sha256 = decode($4, 'hex')
      WHERE delivery_id = $1 AND number = $2 AND sha256 IS NULL`,
    values: [deliveryId, number, renderer, sha256],
  });
}
