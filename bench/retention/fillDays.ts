import type { Pool } from '../../src/store/pool.js';
import { tell } from '../report/tell.js';

/** Days that are filled, the last of them yesterday. */
export const daysFilled = 30;
/** Of all days; an event has two. */
export const deliveries = 10_000_000;
const eventsPerDay = Math.ceil(deliveries / 2 / daysFilled);
/** The oldest days have what events carry, too, and attempts: the ones that are dropped. */
export const daysWhole = 3;

/** Of a thousand events the first so many are `giant`'s, the next `large`'s, and so on. */
const sizes = { giant: 700, large: 200, medium: 90 } as const;
/** They share what is left. */
export const smallTenants = 1_000;
const endpointsOf = { giant: 20, large: 10, medium: 5, small: 2 } as const;

/** One event in so many has this type, the others one of ten. */
export const rareType = 'bench.rare';
const rareAmong = 20_000;

/** Of `large`: it is paused, and what came to it in the last ten days is queued. */
export const pausedEndpoint = 'large/0';

/** The bare id of an endpoint: a tenant's name and a number. */
export const endpointIdSql = (name: string): string =>
  `('018bcfe5-6800-7' || substr(md5(${name}), 1, 3) || '-8' || substr(md5(${name}), 4, 3) || '-' || substr(md5(${name}), 7, 12))::uuid`;

/** A day's deliveries, made once: computing ids and tenants takes longer than storing them. */
const templateStatement = `
CREATE UNLOGGED TABLE bench_day AS
SELECT n, k, n * 86400000 / (${eventsPerDay} + 1) AS at_ms, tenant, tail(n::text) AS event_tail, tail(n || '/' || k) AS tail,
  CASE WHEN n % ${rareAmong} = 0 THEN '${rareType}' ELSE 'bench.t' || n % 10 END AS type,
  tenant || '/' || (n / 1000 + k) % CASE tenant WHEN 'giant' THEN ${endpointsOf.giant} WHEN 'large' THEN ${endpointsOf.large}
    WHEN 'medium' THEN ${endpointsOf.medium} ELSE ${endpointsOf.small} END AS endpoint,
  (n * 2 + k) / 7 % 1000 AS lot
FROM generate_series(1, ${eventsPerDay}::bigint) n, generate_series(0, 1) k,
  LATERAL (SELECT CASE WHEN n % 1000 < ${sizes.giant} THEN 'giant' WHEN n % 1000 < ${sizes.giant + sizes.large} THEN 'large'
    WHEN n % 1000 < ${sizes.giant + sizes.large + sizes.medium} THEN 'medium'
    ELSE 'small-' || n / 10 % ${smallTenants} END AS tenant) t`;

const preparation = [
  `CREATE FUNCTION tail(seed text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
     SELECT '7' || substr(md5(seed), 1, 3) || '8' || substr(md5(seed), 4, 15)
   $$`,
  templateStatement,
  `ALTER TABLE bench_day ADD COLUMN endpoint_id uuid`,
  `UPDATE bench_day SET endpoint_id = ${endpointIdSql('endpoint')}`,
  `INSERT INTO endpoints (id, environment, tenant, url, event_types, filters, match, require, format, description, metadata,
     enabled, paused_at)
   SELECT DISTINCT endpoint_id, 'test', tenant, 'http://127.0.0.1:9/', '{none}'::text[], '{}'::jsonb, 'any', '{}'::jsonb,
     'standard', '', '{}'::jsonb, true, CASE WHEN endpoint = '${pausedEndpoint}' THEN now() END FROM bench_day`,
];

const idOf = (tail: string): string =>
  `(lpad(to_hex(begins_ms + at_ms), 12, '0') || ${tail})::uuid`;
const ofDay = `bench_day,
  (SELECT (extract(epoch FROM (now() AT TIME ZONE 'UTC')::date - $1::int) * 1000)::bigint AS begins_ms) b,
  LATERAL (SELECT to_timestamp((begins_ms + at_ms) / 1000.0) AS at) a`;

const eventsStatement = `
INSERT INTO events (id, environment, tenant, type, occurred_at, attributes, accepted_at)
SELECT ${idOf('event_tail')}, 'test', tenant, type, at, '{}', at FROM ${ofDay} WHERE k = 0`;

/** Four in a hundred failed. */
const deliveriesStatement = `
INSERT INTO deliveries (id, event_id, environment, tenant, endpoint_id, event_type, format, state, attempt_count, schedule,
  due_at, queued_at, last_answer, created_at, finished_at)
SELECT ${idOf('tail')}, ${idOf('event_tail')}, 'test', tenant, endpoint_id, type, 'standard', state, 1, '{5,300}',
  CASE WHEN state IN ('queued', 'retrying') THEN now() + interval '1 day' END, at, '200', at,
  CASE WHEN state NOT IN ('queued', 'retrying') THEN at END
FROM ${ofDay}, LATERAL (SELECT CASE WHEN endpoint = '${pausedEndpoint}' AND $1 <= 10 THEN 'queued' WHEN lot < 40 THEN 'failed'
  WHEN lot < 50 THEN 'cancelled' WHEN lot = 50 AND $1 <= 3 THEN 'retrying' ELSE 'delivered' END AS state) s`;

const wholeStatements = [
  `INSERT INTO event_data (event_id, data)
   SELECT ${idOf('event_tail')}, '{"text":"' || repeat('x', 1000) || '"}' FROM ${ofDay} WHERE k = 0`,
  `INSERT INTO bodies (event_id, format, body, content_type, headers)
   SELECT ${idOf('event_tail')}, 'standard', repeat('x', 1100), 'application/json', '{}' FROM ${ofDay} WHERE k = 0`,
  `INSERT INTO attempts (delivery_id, round, number, id, outcome, status, started_at, duration_ms, response_headers)
   SELECT ${idOf('tail')}, 1, 1, ${idOf('tail')}, 'success', 200, at, 12, '{"content-type":"text/plain"}' FROM ${ofDay}`,
  `INSERT INTO answer_bodies (delivery_id, attempt_id, body)
   SELECT ${idOf('tail')}, ${idOf('tail')}, 'ok' FROM ${ofDay}`,
];

/** Fills the days before today with events and deliveries of tenants of very different sizes, by SQL. */
export async function fillDays(pool: Pool): Promise<void> {
  for (const statement of preparation) await pool.query(statement);
  for (let daysAgo = daysFilled; daysAgo > 0; daysAgo -= 1) {
    await pool.query(`SELECT make_day_partitions((now() AT TIME ZONE 'UTC')::date - $1::int)`, [
      daysAgo,
    ]);
    const isWhole = daysAgo > daysFilled - daysWhole;
    const statements = [eventsStatement, deliveriesStatement, ...(isWhole ? wholeStatements : [])];
    await Promise.all(statements.map((statement) => pool.query(statement, [daysAgo])));
    if (daysAgo % 5 === 1) tell(`${daysAgo - 1} days left to fill`);
  }
  await pool.query('VACUUM (ANALYZE) events, deliveries, endpoints');
}
