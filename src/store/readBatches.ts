import type { DeliveryRef } from '../domain/refs.js';
import type { DeliveryState } from '../domain/words.js';
import { answerBodySql } from './answerBodies.js';
import type { Page } from './page.js';
import type { Queryable } from './pool.js';
import type { Outcome, RecordedAttempt } from './readDeliveries.js';

/** How far a delivery in batches is. */
export interface BatchProgress {
  /** The bare UUID. */
  id: string;
  state: DeliveryState;
  paused: boolean;
  /** Null: not planned yet. */
  batches: number | null;
  acknowledged: number;
  totalRows: number;
  acknowledgedRows: number;
}

/** Of a delivery `d` and its run `r`. */
export const progressColumns = `d.id, d.state, r.paused_at IS NOT NULL AS paused, r.batch_count AS batches, r.acknowledged,
  r.total_rows AS "totalRows", r.acknowledged_rows AS "acknowledgedRows"`;

/** Null: there is no such delivery, or it isn't sent in batches. */
export async function readBatchProgress(
  db: Queryable,
  { environment, tenant, deliveryId }: DeliveryRef,
): Promise<BatchProgress | null> {
  const { rows } = await db.query<BatchProgress>(
    `SELECT ${progressColumns} FROM deliveries d JOIN batch_runs r ON r.delivery_id = d.id
     WHERE d.id = $1 AND d.environment = $2 AND d.tenant = $3`,
    [deliveryId, environment, tenant],
  );
  return rows[0] ?? null;
}

export interface BatchSeen {
  number: number;
  rowOffset: number;
  rowCount: number;
  /** Of its body, in hexadecimal; null before its first attempt. */
  sha256: string | null;
  /** Attempts in all rounds. */
  attempts: number;
}

const batchColumns = `number, row_offset AS "rowOffset", row_count AS "rowCount", encode(sha256, 'hex') AS sha256,
  (SELECT count(*)::int FROM batch_attempts a WHERE a.delivery_id = b.delivery_id AND a.batch = b.number) AS attempts`;

/** A delivery's batches, the first one first, up to `limit + 1`. */
export async function listBatches(
  db: Queryable,
  deliveryId: string,
  page: Page<number>,
): Promise<BatchSeen[]> {
  const { rows } = await db.query<BatchSeen>(
    `SELECT ${batchColumns} FROM batches b WHERE delivery_id = $1 AND number > $2 ORDER BY number LIMIT $3`,
    [deliveryId, page.after ?? 0, page.limit + 1],
  );
  return rows;
}

/** Null if there is none of that number. */
export async function readBatch(
  db: Queryable,
  deliveryId: string,
  number: number,
): Promise<BatchSeen | null> {
  const { rows } = await db.query<BatchSeen>(
    `SELECT ${batchColumns} FROM batches b WHERE delivery_id = $1 AND number = $2`,
    [deliveryId, number],
  );
  return rows[0] ?? null;
}

/** As of a delivery's own attempts, but that an answer which came late has a row of its own. */
export interface RecordedBatchAttempt extends Omit<
  RecordedAttempt,
  'outcome' | 'lateOutcome' | 'lateStatus' | 'lateFailure' | 'lateAt'
> {
  outcome: Outcome;
  late: boolean;
}

/** Of one batch; more can only come from many rounds, and the newest are what is looked for. */
export const maxBatchAttemptsShown = 200;

/** The attempts at a batch, newest first, up to `maxBatchAttemptsShown`. */
export async function readBatchAttempts(
  db: Queryable,
  deliveryId: string,
  batch: number,
): Promise<RecordedBatchAttempt[]> {
  const { rows } = await db.query<RecordedBatchAttempt>(
    `SELECT id, round, number, outcome, status, failure, started_at AS "startedAt", duration_ms AS "durationMs",
       response_headers AS "responseHeaders", ${answerBodySql} AS "responseBody",
       response_truncated AS "responseTruncated", late
     FROM batch_attempts a WHERE delivery_id = $1 AND batch = $2 ORDER BY id DESC LIMIT $3`,
    [deliveryId, batch, maxBatchAttemptsShown],
  );
  return rows;
}
