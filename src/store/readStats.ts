import { lowestUuidAt } from '../domain/ids.js';
import type { DeliveryState, Environment } from '../domain/words.js';
import type { Queryable } from './pool.js';

/** Deliveries counted at most, the newest ones: what bounds the cost whatever the traffic (50 to 150 ms). */
export const maxDeliveriesCounted = 5_000;
/** Of one delivery; only many resends make more. */
const maxAttemptsCounted = 50;

/** Null: any. */
export interface StatsScope {
  environment: Environment;
  tenant: string | null;
  /** The bare UUID. */
  endpointId: string | null;
}

/** Milliseconds; null where nothing was measured. */
export interface Latencies {
  p50: number | null;
  p95: number | null;
  p99: number | null;
}

export interface Stats {
  /** When the event of the oldest delivery counted was accepted; null: none was. */
  oldest: Date | null;
  deliveries: number;
  byState: Partial<Record<DeliveryState, number>>;
  successes: number;
  failures: number;
  lastSuccessAt: Date | null;
  lastFailureAt: Date | null;
  attemptDurationMs: Latencies;
  timeToDeliverMs: Latencies;
}

const statsStatement = `
WITH counted AS MATERIALIZED (
  SELECT id, state, created_at, finished_at FROM deliveries
  WHERE environment = $1 AND ($2::text IS NULL OR tenant = $2) AND ($3::uuid IS NULL OR endpoint_id = $3) AND id >= $4
  ORDER BY id DESC LIMIT ${maxDeliveriesCounted}
),
made AS MATERIALIZED (
  -- LATERAL, so that each delivery's attempts are found by key, whatever the planner thinks of the tables' sizes.
  SELECT a.* FROM counted c, LATERAL (
    SELECT coalesce(outcome, late_outcome) AS outcome, started_at, duration_ms FROM attempts
    WHERE delivery_id = c.id ORDER BY round DESC, number DESC LIMIT ${maxAttemptsCounted}) a
),
answered AS (
  SELECT count(*) FILTER (WHERE outcome = 'success')::int AS successes,
    count(*) FILTER (WHERE outcome = 'failure')::int AS failures,
    max(started_at) FILTER (WHERE outcome = 'success') AS last_success,
    max(started_at) FILTER (WHERE outcome = 'failure') AS last_failure,
    percentile_disc(ARRAY[0.5, 0.95, 0.99]) WITHIN GROUP (ORDER BY duration_ms) AS duration_ms
  FROM made
)
SELECT min(c.created_at) AS oldest, count(*)::int AS deliveries,
  (SELECT coalesce(json_object_agg(state, n), '{}') FROM (SELECT state, count(*)::int AS n FROM counted GROUP BY state) s)
    AS "byState",
  percentile_disc(ARRAY[0.5, 0.95, 0.99]) WITHIN GROUP (
    ORDER BY round(extract(epoch FROM c.finished_at - c.created_at) * 1000)::int)
    FILTER (WHERE c.state = 'delivered') AS "toDeliverMs",
  (SELECT row_to_json(answered) FROM answered) AS answered
FROM counted c`;

interface StatsRow extends Pick<Stats, 'oldest' | 'deliveries' | 'byState'> {
  toDeliverMs: number[] | null;
  answered: {
    successes: number;
    failures: number;
    last_success: string | null;
    last_failure: string | null;
    duration_ms: number[] | null;
  };
}

/** What became of the newest deliveries of events accepted since a moment. */
export async function readStats(
  db: Queryable,
  { environment, tenant, endpointId }: StatsScope,
  sinceMs: number,
): Promise<Stats> {
  const { rows } = await db.query<StatsRow>(statsStatement, [
    environment,
    tenant,
    endpointId,
    lowestUuidAt(sinceMs),
  ]);
  if (rows[0] === undefined) throw new Error('The count of deliveries returned no row');
  const { answered, toDeliverMs, ...counts } = rows[0];
  return {
    ...counts,
    successes: answered.successes,
    failures: answered.failures,
    lastSuccessAt: answered.last_success === null ? null : new Date(answered.last_success),
    lastFailureAt: answered.last_failure === null ? null : new Date(answered.last_failure),
    attemptDurationMs: latencies(answered.duration_ms),
    timeToDeliverMs: latencies(toDeliverMs),
  };
}

function latencies(percentiles: readonly number[] | null): Latencies {
  const [p50 = null, p95 = null, p99 = null] = percentiles ?? [];
  return { p50, p95, p99 };
}
