import { lowestUuidAt, uuidTimeMs } from '../domain/ids.js';
import type { DeliveryRef } from '../domain/refs.js';
import type { DeliveryState, Environment } from '../domain/words.js';
import { answerBodySql } from './answerBodies.js';
import { blocksOrderSql } from './orderingHeads.js';
import type { Page } from './page.js';
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

/** Null: any. */
export interface DeliveryFilter {
  environment: Environment;
  tenant: string | null;
  /** Bare UUIDs. */
  endpointId: string | null;
  eventId: string | null;
  eventType: string | null;
  state: DeliveryState | null;
  /** Milliseconds since 1970: accepted at this moment or later. */
  fromMs: number | null;
  /** Milliseconds since 1970: accepted before this moment. */
  untilMs: number | null;
}

/** Of one delivery; more can only come from many rounds, and the newest are what is looked for. */
export const maxAttemptsShown = 200;

/** Of `deliveries d`. A number is that of JavaScript: nobody counts 2^53 deliveries of a key. */
const columns = `id, event_id AS "eventId", endpoint_id AS "endpointId", tenant,
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

/** Deliveries that match, newest first, up to `limit + 1`. */
export async function listDeliveries(
  db: Queryable,
  filter: DeliveryFilter,
  page: Page<string>,
): Promise<DeliveryRecord[]> {
  const { lowest, beyond } = idRange(filter);
  const { rows } = await db.query<DeliveryRecord>(
    `SELECT ${columns} FROM deliveries d
     WHERE environment = $1 AND ($2::text IS NULL OR tenant = $2)
       AND ($3::uuid IS NULL OR endpoint_id = $3) AND ($4::uuid IS NULL OR event_id = $4)
       AND ($5::text IS NULL OR event_type = $5) AND ($6::text IS NULL OR state = $6)
       AND ($7::uuid IS NULL OR id >= $7) AND ($8::uuid IS NULL OR id < $8)
       AND ($9::uuid IS NULL OR id < $9)
     ORDER BY id DESC LIMIT $10`,
    [
      filter.environment,
      filter.tenant,
      filter.endpointId,
      filter.eventId,
      filter.eventType,
      filter.state,
      lowest,
      beyond,
      page.after,
      page.limit + 1,
    ],
  );
  return rows;
}

/** Deliveries carry their event's millisecond in their ids, so times and the event bound the partitions to read. */
function idRange({ eventId, fromMs, untilMs }: DeliveryFilter): {
  lowest: string | null;
  beyond: string | null;
} {
  const eventMs = eventId === null ? null : uuidTimeMs(eventId);
  const fromMoments = [eventMs, fromMs].filter((moment) => moment !== null);
  const untilMoments = [eventMs === null ? null : eventMs + 1, untilMs].filter(
    (moment) => moment !== null,
  );
  return {
    lowest: fromMoments.length === 0 ? null : lowestUuidAt(Math.max(...fromMoments)),
    beyond: untilMoments.length === 0 ? null : lowestUuidAt(Math.min(...untilMoments)),
  };
}

/** Null if there is none. */
export async function readDelivery(
  db: Queryable,
  { environment, tenant, deliveryId }: DeliveryRef,
): Promise<DeliveryRecord | null> {
  const { rows } = await db.query<DeliveryRecord>(
    `SELECT ${columns} FROM deliveries d WHERE id = $1 AND environment = $2 AND tenant = $3`,
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
