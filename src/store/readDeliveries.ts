import type { DeliveryRef } from '../domain/refs.js';
import type { DeliveryState } from '../domain/words.js';
import { answerBodySql } from './answerBodies.js';
import { blocksOrderSql } from './orderingHeads.js';
import type { Queryable } from './pool.js';

export interface DeliveryRecord {
  /** Bare UUIDs. */
  id: string;
  eventId: string;
  endpointId: string;
  tenant: string;
  eventType: string;
  format: string;
  /** Empty: its event has none. */
  orderingKey: string;
  /** Null: it is in no order. */
  orderingNumber: number | null;
  /** It failed, and holds up its order. */
  blocksOrder: boolean;
  state: DeliveryState;
  reason: string | null;
  round: number;
  /** Attempts made in this round, and how many it has. */
  attemptCount: number;
  attemptsAllowed: number;
  dueAt: Date | null;
  expiresAt: Date | null;
  lastAnswer: string | null;
  createdAt: Date;
  finishedAt: Date | null;
}

export type Outcome = 'success' | 'failure';

export interface RecordedAttempt {
  /** The bare UUID. */
  id: string;
  round: number;
  number: number;
  /** The answer that decided; null where only a late one came. */
  outcome: Outcome | null;
  status: number | null;
  failure: string | null;
  startedAt: Date;
  durationMs: number;
  responseHeaders: Record<string, string> | null;
  responseBody: string | null;
  responseTruncated: boolean;
  lateOutcome: Outcome | null;
  lateStatus: number | null;
  lateFailure: string | null;
  lateAt: Date | null;
}

/** Of one delivery; more can only come from many rounds, and the newest are what is looked for. */
export const maxAttemptsShown = 200;

/** Of `deliveries d`. A number is that of JavaScript: nobody counts 2^53 deliveries of a key. */
export const listedColumns = `id, event_id AS "eventId", endpoint_id AS "endpointId", tenant,
  event_type AS "eventType", format, ordering_key AS "orderingKey",
  ordering_number::double precision AS "orderingNumber", ${blocksOrderSql} AS "blocksOrder",
  state, reason, round, attempt_count AS "attemptCount", cardinality(schedule) + 1 AS "attemptsAllowed",
  due_at AS "dueAt", expires_at AS "expiresAt", last_answer AS "lastAnswer", created_at AS "createdAt",
  finished_at AS "finishedAt"`;

const attemptColumns = `id, round, number, outcome, status, failure, started_at AS "startedAt",
  duration_ms AS "durationMs", response_headers AS "responseHeaders",
  ${answerBodySql} AS "responseBody", response_truncated AS "responseTruncated",
  late_outcome AS "lateOutcome", late_status AS "lateStatus", late_failure AS "lateFailure",
  late_at AS "lateAt"`;

/** Null if there is none. */
export async function readDelivery(
  db: Queryable,
  { environment, tenant, deliveryId }: DeliveryRef,
): Promise<DeliveryRecord | null> {
  const { rows } = await db.query<DeliveryRecord>(
    `SELECT ${listedColumns} FROM deliveries d WHERE id = $1 AND environment = $2 AND tenant = $3`,
    [deliveryId, environment, tenant],
  );
  return rows[0] ?? null;
}

/** The attempts of a delivery of all its rounds, newest first, up to `maxAttemptsShown`. */
export async function readAttempts(db: Queryable, deliveryId: string): Promise<RecordedAttempt[]> {
  const { rows } = await db.query<RecordedAttempt>(
    `SELECT ${attemptColumns} FROM attempts a WHERE delivery_id = $1
     ORDER BY round DESC, number DESC LIMIT $2`,
    [deliveryId, maxAttemptsShown],
  );
  return rows;
}
