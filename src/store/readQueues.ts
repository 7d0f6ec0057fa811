import { maxQueuedOfEach } from '../domain/limits.js';
import type { EndpointState, Environment } from '../domain/words.js';
import { byPartialIndexes } from './byPartialIndexes.js';
import { endpointStateSql } from './endpointStateSql.js';
import type { Pool } from './pool.js';

/** Endpoints looked at: closed ones, those with a drain, and those with a delivery that is retried. */
const maxLookedAt = 500;
/** Deliveries on their way that are looked at, for those that are retried. */
const maxRetryingLookedAt = 10_000;
const statementTimeoutMs = 5_000;

export interface EndpointQueue {
  endpointId: string;
  tenant: string;
  /** Without its query, which may carry credentials. */
  url: string;
  state: EndpointState;
  /** Whether its drain looks, or will at once; false: it rests. Null: there is none. */
  isLooking: boolean | null;
  retrying: number;
  /** Up to `maxQueuedOfEach`. */
  queued: number;
  oldestQueuedId: string | null;
  nextProbeAt: Date | null;
  rateLimitPerSecond: number | null;
}

const isAskedSql = (endpoint: string): string =>
  `(${endpoint}.environment = $1 AND ($2::text IS NULL OR ${endpoint}.tenant = $2) AND ${endpoint}.deleted_at IS NULL)`;

const longestFirst = 'queued DESC, "oldestQueuedId", retrying DESC, "endpointId"';

/**
 * By the indexes of what is closed, what is drained and what is open, none of which holds anything else. Where nothing waits
 * it gives one row, without an endpoint.
 */
const statement = `
WITH retried AS MATERIALIZED (
  SELECT endpoint_id, count(*) FILTER (WHERE state = 'retrying')::integer AS retrying, count(*) AS looked_at
  FROM (SELECT endpoint_id, state FROM deliveries WHERE state IN ('pending', 'retrying')
      AND environment = $1 AND ($2::text IS NULL OR tenant = $2) LIMIT ${maxRetryingLookedAt}) open
  GROUP BY endpoint_id
), candidates AS MATERIALIZED (
  SELECT id FROM (
    SELECT id FROM endpoints WHERE ${isAskedSql('endpoints')}
      AND (paused_at IS NOT NULL OR circuit_opened_at IS NOT NULL OR disabled_reason IS NOT NULL)
    UNION SELECT q.endpoint_id FROM endpoint_queue q JOIN endpoints e ON e.id = q.endpoint_id
      WHERE q.due_at IS NOT NULL AND ${isAskedSql('e')}
    UNION SELECT endpoint_id FROM retried WHERE retrying > 0
  ) any_of LIMIT ${maxLookedAt + 1}
), looked AS (
  SELECT e.id AS "endpointId", e.tenant, e.url, ${endpointStateSql} AS state,
    CASE WHEN q.due_at IS NOT NULL THEN q.wanted END AS "isLooking", coalesce(r.retrying, 0) AS retrying,
    queue.queued, queue.oldest AS "oldestQueuedId", e.next_probe_at AS "nextProbeAt",
    e.rate_limit_per_second AS "rateLimitPerSecond"
  FROM candidates c JOIN endpoints e ON e.id = c.id
    LEFT JOIN endpoint_queue q ON q.endpoint_id = e.id
    LEFT JOIN retried r ON r.endpoint_id = e.id,
    LATERAL (SELECT count(*)::integer AS queued, min(id::text)::uuid AS oldest
      FROM (SELECT id FROM deliveries d WHERE d.endpoint_id = e.id AND d.state = 'queued'
        ORDER BY d.id LIMIT ${maxQueuedOfEach}) first) queue
  WHERE ${isAskedSql('e')}
)
SELECT looks."isWhole", found.*
FROM (SELECT (SELECT count(*) FROM candidates) <= ${maxLookedAt}
    AND (SELECT coalesce(sum(looked_at), 0) FROM retried) < ${maxRetryingLookedAt} AS "isWhole") looks
  LEFT JOIN (SELECT * FROM looked WHERE queued > 0 OR retrying > 0 OR state = 'down'
    ORDER BY ${longestFirst} LIMIT $3) found ON true
ORDER BY ${longestFirst}`;

type Row = { isWhole: boolean } & (EndpointQueue | { endpointId: null });

function isQueue(row: Row): row is Row & EndpointQueue {
  return row.endpointId !== null;
}

/** What waits, by endpoint, the longest queues first; and whether all endpoints at which something may wait were looked at. */
export async function readQueues(
  pool: Pool,
  { environment, tenant }: { environment: Environment; tenant: string | null },
  limit: number,
): Promise<{ rows: EndpointQueue[]; isWhole: boolean }> {
  return await byPartialIndexes(pool, statementTimeoutMs, async (db) => {
    const { rows } = await db.query<Row>(statement, [environment, tenant, limit]);
    return { rows: rows.filter(isQueue), isWhole: rows.every(({ isWhole }) => isWhole) };
  });
}
