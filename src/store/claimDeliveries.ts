import type { SignatureName } from '../domain/signing/signatureNames.js';
import { childIdRange } from '../domain/ids.js';
import { leaseMarginMs } from '../domain/limits.js';
import type { GatedEndpoint } from '../domain/gate.js';
import { isExpiredSql, isFreeSql } from './deliveryConditions.js';
import { isLiveSecretSql } from './endpointSecrets.js';
import { gatedMembers } from './gatedEndpoint.js';
import { deliveryColumns, timeoutMsSql, waitMsSql, type DeliveryRow } from './lookAtDeliveries.js';
import type { Queryable } from './pool.js';
import { unhurriedCommit } from './unhurriedCommit.js';

/** What sending to an endpoint needs; read at each attempt, so that a change counts from the next one on. */
export interface EndpointToSend extends GatedEndpoint {
  url: string;
  urlQuerySealed: string | null;
  headersSealed: string | null;
  signatures: SignatureName[];
  /** Attempts that failed since the last that didn't. */
  consecutiveFailures: number;
  /** Requests at once; null: no bound of its own. */
  maxInFlight: number | null;
  /** When it was changed last, to the microsecond: a timestamp as Postgres writes it. */
  updatedAt: string;
  /** Whether its requests carry a `traceparent`. */
  traceContext: boolean;
  /** It came with the event and is for that event alone. */
  oneOff: boolean;
  /** Newest first; those that still sign. */
  secrets: { id: string; version: number; sealed: string }[];
}

/** A delivery that this claimant alone may send until its lease ends; it is due now, or has expired. */
export interface ClaimedDelivery extends DeliveryRow {
  endpoint: EndpointToSend;
  /** For how long it has been due, by the database's clock. */
  overdueMs: number;
}

/** A body as it is sent, in one format. */
export interface StoredBody {
  format: string;
  body: string;
  contentType: string;
  headers: Record<string, string>;
  /** Those given with the event; see eventHeaders.ts. */
  eventHeadersSealed: string | null;
  /** The `traceparent` of what submitted the event; null: it is in no trace. */
  traceParent: string | null;
}

export type SeenDelivery = ClaimedDelivery | (DeliveryRow & { endpoint: null; overdueMs: null });

export function isClaimed(delivery: SeenDelivery): delivery is ClaimedDelivery {
  return delivery.endpoint !== null;
}

/** Deliveries in order of their ids, and by format the bodies of those that are claimed. */
export interface SeenDeliveries {
  deliveries: SeenDelivery[];
  bodies: ReadonlyMap<string, StoredBody>;
}

/** An `EndpointToSend` as JSON, of `endpoints e`. */
export const endpointObject = `json_build_object(
  'url', e.url, 'urlQuerySealed', e.url_query_sealed, 'headersSealed', e.headers_sealed, 'signatures', e.signatures,
  ${gatedMembers}, 'consecutiveFailures', e.consecutive_failures, 'maxInFlight', e.max_in_flight,
  'traceContext', e.trace_context, 'oneOff', e.one_off, 'updatedAt', e.updated_at,
  'secrets', (SELECT coalesce(json_agg(json_build_object('id', s.id, 'version', s.version, 'sealed', s.sealed)
      ORDER BY s.version DESC), '[]')
    FROM endpoint_secrets s WHERE s.endpoint_id = e.id AND ${isLiveSecretSql}))`;

/**
 * Said otherwise than in the partial indexes' conditions. Of a short range of ids the planner would else take the index
 * of what is due, and go through all times at which anything is.
 */
const isPendingOrRetrying = `d.due_at IS NOT NULL AND d.state <> 'queued'`;

/** Or has expired: nothing is sent then, but somebody has to say so. */
const isDue = `(d.due_at <= now() + interval '50 ms' OR ${isExpiredSql})`;

/** What brings rows is sent in batches, by a workflow of its own. */
const isOneRequest = `d.import_id IS NULL`;

/** Until when nobody else may send what is claimed now, of `endpoints e`. */
export const leaseOfClaim = `now() + make_interval(secs => (${timeoutMsSql} + ${leaseMarginMs}) / 1000.0)`;

/** The columns of a `ClaimedDelivery`, of `deliveries d` and `endpoints e`. */
export const claimedColumns = `${deliveryColumns('0::double precision')}, ${endpointObject} AS endpoint,
        (extract(epoch FROM now() - d.due_at) * 1000)::double precision AS "overdueMs"`;

interface Row {
  deliveries: SeenDelivery[];
  bodies: StoredBody[];
}

/**
 * One statement that claims for $1 what is `wanted` within `scope`, reads the rest of the scope, and the bodies to
 * send; it gives one `Row`. Not a read with an update of what it found: that joins the table with itself, and the
 * planner, which reckons with one row, goes through all rows of the scope for each of them (measured at 100 deliveries:
 * 13,000 pages read instead of 520).
 */
function claimStatement({ scope, wanted }: { scope: string; wanted: string }): string {
  return `WITH ${unhurriedCommit},
    claimed AS (
      UPDATE deliveries d
      SET claimant = $1, lease_until = ${leaseOfClaim}
      FROM endpoints e, unhurried
      WHERE ${scope} AND e.id = d.endpoint_id AND ${wanted}
        AND ${isPendingOrRetrying} AND ${isDue} AND ${isOneRequest} AND ${isFreeSql('d')}
      RETURNING ${claimedColumns}
    ),
    seen AS (
      SELECT * FROM claimed
      UNION ALL
      SELECT ${deliveryColumns(waitMsSql)}, NULL, NULL FROM deliveries d JOIN endpoints e ON e.id = d.endpoint_id
      WHERE ${scope} AND d.id NOT IN (SELECT id FROM claimed)
    ),
    body AS (
      SELECT format, body, content_type AS "contentType", headers, event_headers_sealed AS "eventHeadersSealed",
        trace_parent AS "traceParent"
      FROM bodies
      WHERE event_id = (SELECT "eventId" FROM claimed LIMIT 1) AND format IN (SELECT format FROM claimed)
    )
    SELECT (SELECT coalesce(json_agg(seen ORDER BY id), '[]') FROM seen) AS deliveries,
      (SELECT coalesce(json_agg(body_row), '[]') FROM body body_row) AS bodies`;
}

const firstAttemptsStatement = claimStatement({
  scope: 'd.id >= $2 AND d.id < $3 AND d.event_id = $4',
  wanted: `d.attempt_count = 0 AND ${timeoutMsSql} <= $5 AND d.endpoint_id <> ALL ($6::uuid[])`,
});

/**
 * Reads every delivery of an event and claims those without an attempt in their round that are due. Left unclaimed: what
 * may take longer than `maxTimeoutMs`, and the endpoints named.
 */
export async function claimFirstAttempts(
  db: Queryable,
  input: {
    claimant: string;
    eventId: string;
    maxTimeoutMs: number;
    exceptEndpointIds: readonly string[];
  },
): Promise<SeenDeliveries> {
  const { lowest, beyond } = childIdRange(input.eventId);
  const { rows } = await db.query<Row>({
    name: 'claim-first-attempts',
    text: firstAttemptsStatement,
    values: [
      input.claimant,
      lowest,
      beyond,
      input.eventId,
      input.maxTimeoutMs,
      input.exceptEndpointIds,
    ],
  });
  return seenIn(rows);
}

const attemptStatement = claimStatement({
  scope: 'd.id = $2',
  wanted: `d.round = $3 AND d.attempt_count = $4`,
});

/** Reads one delivery and claims it if that attempt of that round is the next one. */
export async function claimAttempt(
  db: Queryable,
  input: { claimant: string; deliveryId: string; round: number; number: number },
): Promise<SeenDeliveries> {
  const { rows } = await db.query<Row>({
    name: 'claim-attempt',
    text: attemptStatement,
    values: [input.claimant, input.deliveryId, input.round, input.number - 1],
  });
  return seenIn(rows);
}

function seenIn([row]: Row[]): SeenDeliveries {
  const { deliveries = [], bodies = [] } = row ?? {};
  return { deliveries, bodies: new Map(bodies.map((body) => [body.format, body])) };
}

/** Gives back claims under which nothing was sent. */
export async function releaseClaims(
  db: Queryable,
  claimant: string,
  deliveryIds: readonly string[],
): Promise<void> {
  await db.query(
    `UPDATE deliveries SET claimant = NULL, lease_until = NULL WHERE id = ANY ($2::uuid[]) AND claimant = $1`,
    [claimant, deliveryIds],
  );
}
