import type { RowChoice } from '../domain/imports/rowChoice.js';
import { batchLeaseMs, defaultBatchTimeoutMs } from '../domain/limits.js';
import { endpointObject, type EndpointToSend } from './claimDeliveries.js';
import type { DeliveryRow } from './lookAtDeliveries.js';
import type { Queryable } from './pool.js';

/** Which rows a batch has, and what its body came to. */
export interface PlannedBatch {
  /** From 1. */
  number: number;
  /** Among the rows that the delivery brings, from 0. */
  rowOffset: number;
  rowCount: number;
  /** Null before its first attempt: its body was not made yet. SHA-256 in hexadecimal. */
  renderer: number | null;
  sha256: string | null;
}

/**
 * All that is asked before a batch is sent, read at one moment. `attemptCount` counts those of the batch that is next, in
 * this round; where another has the claim, `waitMs` lasts until its lease ends.
 */
export interface BatchSituation extends DeliveryRow {
  reason: string | null;
  importId: string;
  importName: string;
  rowsExpired: boolean;
  choice: RowChoice;
  batchSize: number;
  totalRows: number;
  /** Null: not planned yet. */
  batchCount: number | null;
  acknowledged: number;
  acknowledgedRows: number;
  paused: boolean;
  /** The `traceparent` of what completed the import; null: it is in no trace. */
  traceParent: string | null;
  /** Whether the asker has the claim. */
  isClaimed: boolean;
  endpoint: EndpointToSend;
  /** The next batch and the one after it, as far as there are any. */
  next: PlannedBatch[];
}

/** The moment until which a claim made now holds. */
export const batchLeaseSql = `now() + interval '${batchLeaseMs} milliseconds'`;

/**
 * One row with a `BatchSituation` as JSON, from a delivery `d` and its run `r` as they are now, whichever statement made
 * them so; `$1` is the delivery, `$2` who asks.
 */
export function situationSql(delivery: string, run: string): string {
  return `SELECT json_build_object(
    'id', d.id, 'eventId', d.event_id, 'environment', d.environment, 'tenant', d.tenant, 'endpointId', d.endpoint_id,
    'eventType', d.event_type, 'format', d.format, 'state', d.state, 'reason', d.reason, 'round', d.round,
    'attemptCount', d.attempt_count, 'scheduleSeconds', to_json(d.schedule), 'lastAnswer', d.last_answer,
    'waitMs', greatest(0, extract(epoch FROM greatest(d.due_at,
      CASE WHEN r.claimant <> $2::uuid THEN r.lease_until END) - now()) * 1000),
    'timeoutMs', coalesce(e.timeout_ms, ${defaultBatchTimeoutMs}), 'importId', r.import_id, 'importName', i.name,
    'rowsExpired', i.rows_expired_at IS NOT NULL, 'choice', r.choice, 'batchSize', r.batch_size,
    'totalRows', r.total_rows, 'batchCount', r.batch_count, 'acknowledged', r.acknowledged,
    'acknowledgedRows', r.acknowledged_rows, 'paused', r.paused_at IS NOT NULL, 'traceParent', r.trace_parent,
    'isClaimed', r.claimant IS NOT NULL AND r.claimant = $2::uuid,
    'endpoint', ${endpointObject},
    'next', (SELECT coalesce(json_agg(json_build_object('number', b.number, 'rowOffset', b.row_offset,
        'rowCount', b.row_count, 'renderer', b.renderer, 'sha256', encode(b.sha256, 'hex')) ORDER BY b.number), '[]')
      FROM batches b
      WHERE b.delivery_id = $1 AND b.number > r.acknowledged AND b.number <= r.acknowledged + 2)) AS situation
    FROM ${delivery} d JOIN ${run} r ON r.delivery_id = d.id JOIN endpoints e ON e.id = d.endpoint_id
      JOIN imports i ON i.id = r.import_id
    WHERE d.id = $1`;
}

interface SituationRow {
  situation: BatchSituation;
}

/** Null if there is no such delivery in batches. */
export async function lookAtBatches(
  db: Queryable,
  deliveryId: string,
): Promise<BatchSituation | null> {
  const { rows } = await db.query<SituationRow>({
    name: 'look-at-batches',
    text: situationSql('deliveries', 'batch_runs'),
    values: [deliveryId, null],
  });
  return rows[0]?.situation ?? null;
}

const claimStatement = `WITH run AS (
    UPDATE batch_runs r SET
      claimant = CASE WHEN free THEN $2::uuid ELSE r.claimant END,
      lease_until = CASE WHEN free THEN ${batchLeaseSql} ELSE r.lease_until END
    FROM (SELECT delivery_id, claimant IS NULL OR lease_until < now() OR claimant = $2::uuid AS free
      FROM batch_runs WHERE delivery_id = $1 FOR UPDATE) seen
    WHERE r.delivery_id = $1 AND r.delivery_id = seen.delivery_id
    RETURNING r.*
  )
  ${situationSql('deliveries', 'run')}`;

/** Claims a delivery's batches unless another has them; null if there is no such delivery in batches. */
export async function claimBatches(
  db: Queryable,
  deliveryId: string,
  claimant: string,
): Promise<BatchSituation | null> {
  const { rows } = await db.query<SituationRow>({
    name: 'claim-batches',
    text: claimStatement,
    values: [deliveryId, claimant],
  });
  return rows[0]?.situation ?? null;
}

/** False: another has the claim. */
export async function renewBatchLease(
  db: Queryable,
  deliveryId: string,
  claimant: string,
): Promise<boolean> {
  const { rowCount } = await db.query({
    name: 'renew-batch-lease',
    text: `UPDATE batch_runs SET lease_until = ${batchLeaseSql} WHERE delivery_id = $1 AND claimant = $2`,
    values: [deliveryId, claimant],
  });
  return rowCount === 1;
}

/** Gives a claim back, so that the next sender needn't wait for its lease. */
export async function releaseBatches(
  db: Queryable,
  deliveryId: string,
  claimant: string,
): Promise<void> {
  await db.query(
    `UPDATE batch_runs SET claimant = NULL, lease_until = NULL WHERE delivery_id = $1 AND claimant = $2`,
    [deliveryId, claimant],
  );
}
