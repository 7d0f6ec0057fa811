import type { DeliveryState } from '../domain/words.js';
import { auditGone } from './auditGone.js';
import { insertAnswerBodies } from './answerBodies.js';
import { lookAfterSql } from './orderingHeads.js';
import type { Queryable } from './pool.js';
import { raiseDeliveryFailed, raiseGone } from './raiseEvents.js';
import { insertWakes } from './wakes.js';

/** What came back, and what it makes of its delivery. */
export interface AnswerRecord {
  outcome: 'success' | 'failure';
  status: number | null;
  failure: string | null;
  lastAnswer: string;
  startedAt: Date;
  durationMs: number;
  responseHeaders: Record<string, string>;
  responseBody: string;
  responseTruncated: boolean;
  /** The transition. */
  state: DeliveryState;
  reason: string | null;
  /** Milliseconds from now; null: final. */
  waitMs: number | null;
  disablesEndpoint: boolean;
}

/** Its members as columns of a record made from JSON. */
export const answerColumns = `"outcome" text, "status" smallint, "failure" text, "lastAnswer" text,
    "startedAt" timestamptz, "durationMs" integer, "responseHeaders" jsonb, "responseBody" text,
    "responseTruncated" boolean, "state" text, "reason" text, "waitMs" double precision, "disablesEndpoint" boolean`;

/** One attempt made. */
export interface AttemptRecord extends AnswerRecord {
  id: string;
  deliveryId: string;
  round: number;
  number: number;
  /** The state in which the delivery was claimed. */
  priorState: DeliveryState;
  /** When the endpoint that was sent to had been changed last. */
  endpointUpdatedAt: string;
  /** The Temporal run that makes the attempt. */
  runId: string;
}

/** The answer that decided takes an attempt's row over from one that was late; a late one leaves it as it is. */
const whatDecides = [
  'id',
  'outcome',
  'status',
  'failure',
  'started_at',
  'duration_ms',
  'response_headers',
  'response_truncated',
]
  .map(
    (name) =>
      `${name} = CASE WHEN excluded.outcome IS NULL THEN a.${name} ELSE excluded.${name} END`,
  )
  .join(', ');

const recordStatement = `
WITH input AS (
  SELECT * FROM json_to_recordset($1::json) AS x(
    "id" uuid, "deliveryId" uuid, "round" smallint, "number" integer, "priorState" text, ${answerColumns},
    "endpointUpdatedAt" timestamptz, "runId" text)
),
moved AS (
  UPDATE deliveries d
  SET state = i."state", reason = i."reason", attempt_count = i."number", last_answer = i."lastAnswer",
    queued_at = CASE WHEN d.state = 'queued' THEN d.queued_at ELSE now() END,
    due_at = CASE WHEN i."waitMs" IS NOT NULL THEN now() + make_interval(secs => i."waitMs" / 1000)
      WHEN i."state" = 'queued' THEN now() END,
    finished_at = CASE WHEN i."state" IN ('delivered', 'failed') THEN now() END,
    -- What its drain failed counts as failed in its event's own run, should that still be going on.
    failed_in_runs = CASE WHEN i."state" <> 'failed' THEN d.failed_in_runs
      WHEN d.state = 'queued' THEN d.failed_in_runs || ARRAY[i."runId", 'continued']
      ELSE array_append(d.failed_in_runs, i."runId") END,
    claimant = NULL, lease_until = NULL
  FROM input i
  WHERE d.id = ANY ($2::uuid[]) AND d.id = i."deliveryId" AND d.round = i."round"
    AND d.attempt_count = i."number" - 1 AND d.state = i."priorState"
  RETURNING d.*, i."priorState"
),
-- What a drain sent and is to be retried has no workflow yet.
handed_over AS (
  ${insertWakes} FROM (SELECT * FROM moved WHERE "priorState" = 'queued' AND state = 'retrying') handed
),
failed AS (${raiseDeliveryFailed(`(SELECT * FROM moved WHERE state = 'failed')`, { mayBlock: true })}),
-- First those that are late, as a rule none: joined the other way round, each input would be looked for once more.
late AS MATERIALIZED (
  SELECT * FROM input i WHERE i."deliveryId" NOT IN (SELECT id FROM moved) AND i."outcome" = 'success'
),
delivered_late AS (
  UPDATE deliveries d
  SET state = 'delivered', reason = NULL, last_answer = late."lastAnswer", due_at = NULL, finished_at = now(),
    claimant = NULL, lease_until = NULL
  FROM late
  WHERE d.id = ANY ($2::uuid[]) AND d.id = late."deliveryId" AND d.state <> 'delivered'
  RETURNING d.id, d.endpoint_id, d.state, d.ordering_key, d.ordering_number, d.environment, d.tenant
),
-- What is in an order: one that used up its round holds it up, where its endpoint says so, until it is delivered.
in_order AS MATERIALIZED (
  SELECT id, endpoint_id, state, ordering_key, ordering_number FROM moved
  WHERE ordering_number IS NOT NULL AND state IN ('delivered', 'failed')
  UNION ALL
  SELECT id, endpoint_id, state, ordering_key, ordering_number FROM delivered_late WHERE ordering_number IS NOT NULL
),
-- What comes after it may be next, though its drain has gone past it.
woken AS (${lookAfterSql('delivered_late')}),
heads AS MATERIALIZED (
  SELECT h.endpoint_id, h.ordering_key, CASE WHEN o.state = 'failed' THEN o.id END AS blocked_by
  FROM in_order o
  JOIN ordering_heads h ON h.endpoint_id = o.endpoint_id AND h.ordering_key = o.ordering_key
  JOIN endpoints e ON e.id = o.endpoint_id
  WHERE CASE WHEN o.state = 'failed' THEN e.ordered AND e.on_failure = 'block' ELSE h.blocked_by = o.id END
  ORDER BY 1, 2 FOR UPDATE OF h
),
blocked AS (
  UPDATE ordering_heads h SET blocked_by = heads.blocked_by
  FROM heads WHERE h.endpoint_id = heads.endpoint_id AND h.ordering_key = heads.ordering_key
),
-- Unless it has been changed meanwhile: what answered 410 may be its URL of before. If it hasn't, the next one does it.
disabled AS (
  UPDATE endpoints e SET enabled = false, disabled_reason = 'gone', disabled_at = now(), updated_at = now()
  FROM moved m JOIN input i ON i."deliveryId" = m.id
  WHERE i."disablesEndpoint" AND e.id = m.endpoint_id AND e.enabled AND e.updated_at = i."endpointUpdatedAt"
  RETURNING e.*
),
gone AS (${raiseGone('disabled')}),
audited AS (${auditGone('disabled')}),
written AS (
  INSERT INTO attempts AS a (delivery_id, round, number, id, started_at, duration_ms, outcome, status, failure,
    response_headers, response_truncated, late_outcome, late_status, late_failure, late_at)
  SELECT i."deliveryId", i."round", i."number", i."id", i."startedAt", i."durationMs",
    CASE WHEN m.id IS NOT NULL THEN i."outcome" END, CASE WHEN m.id IS NOT NULL THEN i."status" END,
    CASE WHEN m.id IS NOT NULL THEN i."failure" END, i."responseHeaders", i."responseTruncated",
    CASE WHEN m.id IS NULL THEN i."outcome" END, CASE WHEN m.id IS NULL THEN i."status" END,
    CASE WHEN m.id IS NULL THEN i."failure" END, CASE WHEN m.id IS NULL THEN now() END
  FROM input i LEFT JOIN moved m ON m.id = i."deliveryId"
  ON CONFLICT (delivery_id, round, number) DO UPDATE SET
    ${whatDecides}, late_outcome = coalesce(a.late_outcome, excluded.late_outcome),
    late_status = coalesce(a.late_status, excluded.late_status),
    late_failure = coalesce(a.late_failure, excluded.late_failure), late_at = coalesce(a.late_at, excluded.late_at)
  -- A record whose first commit went through unheard is written again: it is no late answer to itself.
  WHERE a.id <> excluded.id
),
answered AS (${insertAnswerBodies(`SELECT "deliveryId", "id", "responseBody" FROM input`)})
SELECT id FROM moved`;

/**
 * Writes attempts and the transitions they make, in one statement and so one transaction. A transition counts only if
 * state, round and attempt count are still those of the claim; otherwise another attempt or a person was faster: the
 * answer is recorded as late, and a late success still makes the delivery delivered. A 410 disables its endpoint here,
 * and what is to be told of that and of failures is written here, so that no crash comes between. No two records may be
 * of the same attempt. Returns the ids whose transition counted.
 */
export async function recordAttempts(
  db: Queryable,
  records: readonly AttemptRecord[],
): Promise<Set<string>> {
  const { rows } = await db.query<{ id: string }>({
    name: 'record-attempts',
    text: recordStatement,
    values: [JSON.stringify(records), records.map(({ deliveryId }) => deliveryId)],
  });
  return new Set(rows.map(({ id }) => id));
}
