import type { GatedEndpoint } from '../domain/gate.js';
import type { EndpointRef } from '../domain/refs.js';
import type { Environment } from '../domain/words.js';
import { gatedMembers } from './gatedEndpoint.js';
import type { Queryable } from './pool.js';
import { batchesInFlightSql } from './sharedPlaces.js';

/** What a drain asks of its endpoint, and asks again every now and then. */
export interface DrainSituation extends EndpointRef {
  endpoint: GatedEndpoint;
  /** Of the endpoint; each null: none of its own. */
  rateLimitPerSecond: number | null;
  maxInFlight: number | null;
  /** Its batches of rows that are being sent; counted only where `maxInFlight` bounds them. */
  batchesInFlight: number;
  failedProbes: number;
  /** Milliseconds until the next probe; 0: now. */
  nextProbeInMs: number;
  /** Milliseconds until its rate allows the next request. */
  nextSendInMs: number;
  /** Milliseconds since it was opened again; null: it never was closed. */
  sinceReopenedMs: number | null;
  /** Counts the drains' starts. */
  epoch: string;
  /** Of one in order: the key at which the next slice begins. */
  fromKey: string;
}

interface Row extends Omit<DrainSituation, keyof EndpointRef> {
  environment: Environment;
  tenant: string;
}

const situationColumns = `e.environment, e.tenant, json_build_object(${gatedMembers}) AS endpoint,
  e.rate_limit_per_second AS "rateLimitPerSecond", e.max_in_flight AS "maxInFlight",
  CASE WHEN e.max_in_flight IS NULL THEN 0 ELSE ${batchesInFlightSql} END AS "batchesInFlight",
  e.failed_probes AS "failedProbes", ${untilMs('e.next_probe_at')} AS "nextProbeInMs",
  ${untilMs('q.next_send_at')} AS "nextSendInMs",
  (extract(epoch FROM now() - e.reopened_at) * 1000)::double precision AS "sinceReopenedMs", q.drain_epoch AS epoch,
  q.from_key AS "fromKey"`;

function untilMs(moment: string): string {
  return `greatest(0, coalesce(extract(epoch FROM ${moment} - now()) * 1000, 0))::double precision`;
}

/** A slice has ended by then as a rule; if not, its workflow is seen to run. */
const sliceBoundMs = 60_000;
const overdueSql = `now() + interval '${sliceBoundMs} ms'`;

/** Begins a drain: whoever drained the endpoint before claims nothing any more. Null: there is no such endpoint. */
export async function beginDrain(
  db: Queryable,
  endpointId: string,
): Promise<DrainSituation | null> {
  await db.query(
    `INSERT INTO endpoint_queue AS q (endpoint_id, wanted, due_at, drain_epoch)
     SELECT id, true, ${overdueSql}, 1 FROM endpoints WHERE id = $1
     ON CONFLICT (endpoint_id) DO UPDATE SET wanted = true, due_at = ${overdueSql}, drain_epoch = q.drain_epoch + 1,
       drain_places = 0`,
    [endpointId],
  );
  return await readDrainSituation(db, endpointId);
}

export async function readDrainSituation(
  db: Queryable,
  endpointId: string,
): Promise<DrainSituation | null> {
  const { rows } = await db.query<Row>({
    name: 'drain-situation',
    text: `SELECT ${situationColumns} FROM endpoints e JOIN endpoint_queue q ON q.endpoint_id = e.id WHERE e.id = $1`,
    values: [endpointId],
  });
  return rows[0] === undefined ? null : { ...rows[0], endpointId };
}

/** A drain has found nothing to send: from now on it is told of what is queued. It has to look once more. */
export async function restDrain(db: Queryable, endpointId: string): Promise<void> {
  await db.query(`SELECT rest_drain($1, ${overdueSql})`, [endpointId]);
}

/** When a drain that rests looks again by itself; null: it is over. Unless it is told to look before. */
export async function noteNextLook(
  db: Queryable,
  endpointId: string,
  inMs: number | null,
): Promise<void> {
  await db.query(
    `UPDATE endpoint_queue SET due_at = now() + make_interval(secs => $2::double precision / 1000)
     WHERE endpoint_id = $1 AND NOT wanted`,
    [endpointId, inMs],
  );
}

/** At which key the next slice begins, so that each key has its turn. */
export async function noteFromKey(
  db: Queryable,
  { endpointId, epoch }: Pick<DrainSituation, 'endpointId' | 'epoch'>,
  fromKey: string,
): Promise<void> {
  await db.query(
    'UPDATE endpoint_queue SET from_key = $3 WHERE endpoint_id = $1 AND drain_epoch = $2',
    [endpointId, epoch, fromKey],
  );
}

/** What waits for an endpoint. */
export interface QueueSummary {
  /** Counted up to `maxCounted`. */
  queued: number;
  /** Whether one of those counted is due, and nobody's. */
  isReady: boolean;
  /** Milliseconds until the first of the others is; null: there is none. */
  nextDueInMs: number | null;
  /** Whether a failed delivery holds up a key. */
  isBlocked: boolean;
}

export async function readQueueSummary(
  db: Queryable,
  endpointId: string,
  maxCounted: number,
): Promise<QueueSummary> {
  const { rows } = await db.query<QueueSummary>({
    name: 'queue-summary',
    text: `SELECT count(*)::integer AS queued, coalesce(bool_or(ready_at <= now()), false) AS "isReady",
        (extract(epoch FROM min(ready_at) FILTER (WHERE ready_at > now()) - now()) * 1000)::double precision AS "nextDueInMs",
        EXISTS (SELECT FROM ordering_heads WHERE endpoint_id = $1 AND blocked_by IS NOT NULL) AS "isBlocked"
      FROM (SELECT greatest(due_at, lease_until) AS ready_at FROM deliveries
        WHERE endpoint_id = $1 AND state = 'queued' ORDER BY id LIMIT $2) counted`,
    values: [endpointId, maxCounted],
  });
  return rows[0] ?? { queued: 0, isReady: false, nextDueInMs: null, isBlocked: false };
}
