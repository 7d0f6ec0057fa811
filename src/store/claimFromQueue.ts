import {
  claimedColumns,
  leaseOfClaim,
  type ClaimedDelivery,
  type StoredBody,
} from './claimDeliveries.js';
import { isExpiredSql, isFreeSql, isOpenSql } from './deliveryConditions.js';
import type { Queryable } from './pool.js';
import { scheduleOfEndpoint } from './rounds.js';
import { unhurriedCommit } from './unhurriedCommit.js';

/** A delivery that its endpoint's drain has claimed, with its body. */
export interface DrainedDelivery {
  delivery: ClaimedDelivery;
  /** Null: it is gone. */
  body: StoredBody | null;
  orderingKey: string;
}

export interface QueueClaim {
  endpointId: string;
  /** Of the drain; a later one has begun: nothing is claimed. */
  epoch: string;
  claimant: string;
  /** Deliveries. */
  limit: number;
  /** How long the endpoint's rate is used up by each delivery that is claimed; 0 without one. */
  paceMs: number;
}

const isReady = `d.state = 'queued' AND d.import_id IS NULL AND d.due_at <= now() AND ${isFreeSql('d')}
  AND NOT ${isExpiredSql}`;

/**
 * What has waited since before its endpoint was opened again begins a fresh round: what was tried while it was down, as a
 * probe or by its schedule, says nothing of it.
 */
const waitedForEndpoint = `(d.attempt_count > 0 AND e.reopened_at IS NOT NULL AND d.queued_at < e.reopened_at)`;
const roundOfClaim = `round = d.round + (${waitedForEndpoint})::integer,
        attempt_count = CASE WHEN ${waitedForEndpoint} THEN 0 ELSE d.attempt_count END,
        schedule = CASE WHEN ${waitedForEndpoint} THEN ${scheduleOfEndpoint} ELSE d.schedule END,
        queued_at = CASE WHEN ${waitedForEndpoint} THEN now() ELSE d.queued_at END`;

/**
 * Claims what `chosen` selects ($1 the endpoint, $2 the epoch, $3 the claimant, $4 the limit, $5 the pace). The row of the
 * queue is locked first: so two drains never claim at once, and one that isn't the last sees that before it claims.
 */
function claimStatement(chosen: string, lastLookedAt = 'NULL::text'): string {
  return `WITH RECURSIVE ${unhurriedCommit},
    turn AS MATERIALIZED (
      SELECT FROM endpoint_queue, unhurried WHERE endpoint_id = $1 AND drain_epoch = $2 FOR UPDATE OF endpoint_queue
    ),
    ${chosen},
    claimed AS (
      UPDATE deliveries d
      SET ${roundOfClaim}, claimant = $3, lease_until = ${leaseOfClaim}
      FROM endpoints e, chosen
      WHERE d.id = chosen.id AND e.id = $1 AND d.state = 'queued' AND ${isFreeSql('d')}
      RETURNING ${claimedColumns}, d.ordering_key AS "orderingKey", d.ordering_number AS number
    ),
    paced AS (
      UPDATE endpoint_queue SET next_send_at = greatest(next_send_at, now())
        + make_interval(secs => (SELECT count(*) FROM claimed) * $5::double precision / 1000)
      WHERE endpoint_id = $1 AND $5::double precision > 0 AND EXISTS (SELECT FROM claimed)
    )
    SELECT EXISTS (SELECT FROM turn) AS "isOurs", ${lastLookedAt} AS "lastLookedAt", (SELECT coalesce(json_agg(json_build_object(
        'delivery', to_json(claimed), 'orderingKey', claimed."orderingKey",
        'body', (SELECT json_build_object('format', b.format, 'body', b.body, 'contentType', b.content_type,
            'headers', b.headers, 'eventHeadersSealed', b.event_headers_sealed, 'traceParent', b.trace_parent)
          FROM bodies b WHERE b.event_id = claimed."eventId" AND b.format = claimed.format))
      ORDER BY claimed.number NULLS FIRST, claimed.id), '[]') FROM claimed) AS claimed`;
}

interface Row {
  isOurs: boolean;
  lastLookedAt: string | null;
  claimed: DrainedDelivery[];
}

const oldestStatement = claimStatement(`chosen AS MATERIALIZED (
      SELECT d.id FROM deliveries d
      WHERE d.endpoint_id = $1 AND ${isReady} AND d.id > $6
        AND (d.ordering_number IS NULL OR NOT EXISTS (SELECT FROM endpoints WHERE id = $1 AND ordered))
        AND EXISTS (SELECT FROM turn)
      ORDER BY d.id LIMIT $4 FOR UPDATE OF d SKIP LOCKED
    )`);

/**
 * Claims the oldest deliveries after one of a pass; where the endpoint is sent to in order by now, only those that have no
 * place in it. Null: another drain has begun.
 */
export async function claimOldest(
  db: Queryable,
  { afterId, ...claim }: QueueClaim & { afterId: string },
): Promise<DrainedDelivery[] | null> {
  const row = await claimed(db, 'claim-oldest', oldestStatement, claim, [afterId]);
  return row?.claimed ?? null;
}

/**
 * Keys looked at in one claim; the next goes on behind them. All of them are, though few are wanted, each in every day's
 * partition.
 */
const maxKeysPerClaim = 32;

const keyWhere = (condition: string): string => `SELECT d.ordering_key FROM deliveries d
        WHERE d.endpoint_id = $1 AND d.ordering_number IS NOT NULL AND ${isOpenSql('d')}
          AND d.ordering_key ${condition}
        ORDER BY d.ordering_key LIMIT 1`;

const inOrderStatement = claimStatement(
  `keys AS (
      SELECT first.ordering_key, 1 AS turn FROM (${keyWhere('>= $6')}) first
      UNION ALL
      SELECT next.ordering_key, keys.turn + 1 FROM keys, LATERAL (${keyWhere('> keys.ordering_key')}) next
      WHERE keys.turn < ${maxKeysPerClaim}
    ),
    chosen AS MATERIALIZED (
      SELECT ready.id FROM keys
      JOIN LATERAL (
        SELECT lowest.id, lowest.ordering_number, bool_and(lowest.is_ready) OVER (ORDER BY lowest.ordering_number) AS is_ready
        FROM (SELECT d.id, d.ordering_number, ${isReady} AS is_ready FROM deliveries d
          WHERE d.endpoint_id = $1 AND d.ordering_key = keys.ordering_key AND d.ordering_number IS NOT NULL
            AND ${isOpenSql('d')}
          ORDER BY d.ordering_number LIMIT $7) lowest
      ) ready ON ready.is_ready
      LEFT JOIN ordering_heads h ON h.endpoint_id = $1 AND h.ordering_key = keys.ordering_key
      WHERE (h.blocked_by IS NULL OR h.blocked_by = ready.id OR EXISTS (
          SELECT FROM endpoints skipping WHERE skipping.id = $1 AND skipping.on_failure = 'skip'))
        AND EXISTS (SELECT FROM turn)
      ORDER BY keys.turn, ready.ordering_number LIMIT $4
    )`,
  `CASE WHEN (SELECT count(*) FROM keys) = ${maxKeysPerClaim} THEN (SELECT max(ordering_key) FROM keys) END`,
);

/** The first key there is, in the order of bytes. */
export const firstKey = '';

/** What comes right after a key: no key has control characters. */
function keyAfter(key: string): string {
  return `${key}\u0001`;
}

/**
 * Claims the next deliveries of keys from one on, up to `perKey` of each, one behind the other: of a key the first that is
 * open is the next, whatever it does; those after it wait. What failed and blocks its key lets nobody pass but itself.
 * `nextKey` is where the next claim goes on; null: that was the end. Null in all: another drain has begun.
 */
export async function claimInOrder(
  db: Queryable,
  { fromKey, perKey, ...claim }: QueueClaim & { fromKey: string; perKey: number },
): Promise<{ claimed: DrainedDelivery[]; nextKey: string | null } | null> {
  const row = await claimed(db, 'claim-in-order', inOrderStatement, claim, [fromKey, perKey]);
  if (row === null) return null;
  const { lastLookedAt, claimed: these } = row;
  if (these.length < claim.limit) {
    return { claimed: these, nextKey: lastLookedAt === null ? null : keyAfter(lastLookedAt) };
  }
  // There may be more between the last that was claimed and the last that was looked at.
  const last = these.reduce((max, { orderingKey }) => (orderingKey > max ? orderingKey : max), '');
  return { claimed: these, nextKey: keyAfter(last) };
}

async function claimed(
  db: Queryable,
  name: string,
  text: string,
  { endpointId, epoch, claimant, limit, paceMs }: QueueClaim,
  rest: unknown[],
): Promise<Row | null> {
  const values = [endpointId, epoch, claimant, limit, paceMs, ...rest];
  const { rows } = await db.query<Row>({ name, text, values });
  return rows[0]?.isOurs === true ? rows[0] : null;
}

/**
 * Whether something is open that is older than the order of its endpoint, and has no place in it: it goes first. What is
 * held back isn't waited for.
 */
export async function hasOlderThanOrder(db: Queryable, endpointId: string): Promise<boolean> {
  const { rows } = await db.query<{ has: boolean }>({
    name: 'older-than-order',
    text: `SELECT EXISTS (SELECT FROM endpoints e JOIN deliveries d ON d.endpoint_id = e.id
        AND d.id < lowest_uuid_at(e.ordered_since)
      WHERE e.id = $1 AND ${isOpenSql('d')} AND d.ordering_number IS NULL
        AND d.import_id IS NULL AND NOT (d.state = 'pending' AND d.attempt_count = 0 AND d.due_at > now())) AS has`,
    values: [endpointId],
  });
  return rows[0]?.has ?? false;
}
