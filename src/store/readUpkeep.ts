import { isOpenSql } from './deliveryConditions.js';
import type { Queryable } from './pool.js';

/** What the dispatchers see to, besides the outbox and what is open. */
export interface Upkeep {
  closedEndpoints: Record<'down' | 'disabled' | 'paused', number>;
  drains: Record<'looking' | 'resting', number>;
  imports: Record<'open' | 'sending' | 'paused', number>;
  recoveriesRunning: number;
  /** 0 where there is none. */
  operationalOldestSeconds: number;
  /** Of the partitions of deliveries, in seconds since 1970; null: there are none. */
  firstDaySeconds: number | null;
  daysEndSeconds: number | null;
}

/** An owner's own decision to disable is nobody's trouble. The condition implies that of the index `endpoints_closed`. */
const closedEndpoints = `
SELECT count(*) FILTER (WHERE by_service) AS disabled, count(*) FILTER (WHERE enabled AND paused) AS paused,
  count(*) FILTER (WHERE enabled AND NOT paused) AS down
FROM (SELECT enabled, NOT enabled AND disabled_reason IN ('gone', 'failing') AS by_service, paused_at IS NOT NULL AS paused
  FROM endpoints
  WHERE deleted_at IS NULL
    AND (paused_at IS NOT NULL OR circuit_opened_at IS NOT NULL OR disabled_reason IN ('gone', 'failing'))
  LIMIT $1) counted`;

const drains = `
SELECT count(*) FILTER (WHERE wanted) AS looking, count(*) FILTER (WHERE NOT wanted) AS resting
FROM (SELECT wanted FROM endpoint_queue WHERE due_at IS NOT NULL LIMIT $1) counted`;

const imports = `
SELECT (SELECT count(*) FROM (SELECT FROM imports WHERE state = 'open' LIMIT $1) open_ones) AS open,
  count(DISTINCT import_id) FILTER (WHERE paused_at IS NULL) AS sending,
  count(DISTINCT import_id) FILTER (WHERE paused_at IS NOT NULL) AS paused
FROM (SELECT d.import_id, r.paused_at FROM deliveries d JOIN batch_runs r ON r.delivery_id = d.id
  WHERE d.import_id IS NOT NULL AND ${isOpenSql('d')} LIMIT $1) counted`;

/** By their names, which end in the day; the default partition's doesn't. */
const days = `
SELECT min(day) AS first, max(day) + interval '1 day' AS end
FROM (SELECT to_date(right(c.relname, 8), 'YYYYMMDD')::timestamp AT TIME ZONE 'UTC' AS day
  FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
  WHERE i.inhparent = 'deliveries'::regclass AND c.relname ~ '_[0-9]{8}$') partitions`;

const statement = `
SELECT (SELECT row_to_json(c) FROM (${closedEndpoints}) c) AS "closedEndpoints",
  (SELECT row_to_json(d) FROM (${drains}) d) AS drains,
  (SELECT row_to_json(i) FROM (${imports}) i) AS imports,
  (SELECT count(*)::int FROM (SELECT FROM recoveries WHERE state = 'running' LIMIT $1) running) AS "recoveriesRunning",
  coalesce((SELECT extract(epoch FROM now() - created_at) FROM operational_events ORDER BY id LIMIT 1), 0)::float8
    AS "operationalOldestSeconds",
  extract(epoch FROM days.first)::float8 AS "firstDaySeconds", extract(epoch FROM days.end)::float8 AS "daysEndSeconds"
FROM (${days}) days`;

/** Each counted up to `maxRows`, by a partial index that holds nothing else. */
export async function readUpkeep(db: Queryable, maxRows: number): Promise<Upkeep> {
  const { rows } = await db.query<Upkeep>(statement, [maxRows]);
  if (rows[0] === undefined) throw new Error('The statement gives one row, and gave none');
  return rows[0];
}
