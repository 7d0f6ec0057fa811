import type { DeliveryState } from '../../src/domain/words.js';
import { keepRetention } from '../../src/intake/housekeeping/keepRetention.js';
import { dayTables } from '../../src/store/dayTables.js';
import { newUuid } from '../../src/store/newUuid.js';
import type { Pool } from '../../src/store/pool.js';
import { createLog } from '../../src/telemetry/log.js';
import { createMetrics } from '../../src/telemetry/metrics/createMetrics.js';
import { insertDelivery, type InsertedDelivery } from './storeScene.js';

const dayMs = 86_400_000;

export const never = new AbortController().signal;

/** A day of the past with partitions of its own; its name as theirs ends. */
export async function makeDay(pool: Pool, daysAgo: number): Promise<string> {
  const { rows } = await pool.query<{ day: string }>(
    `SELECT to_char(day, 'YYYYMMDD') AS day, make_day_partitions(day)
     FROM (SELECT (now() AT TIME ZONE 'UTC')::date - $1::int AS day) past`,
    [daysAgo],
  );
  return rows[0]?.day ?? '';
}

/** An event of that age with its data, its body, a delivery, and an attempt that was answered. */
export async function insertOld(
  pool: Pool,
  endpointId: string,
  { daysAgo, state = 'delivered' }: { daysAgo: number; state?: DeliveryState },
): Promise<InsertedDelivery> {
  const eventId = newUuid(Date.now() - daysAgo * dayMs);
  const { id } = await insertDelivery(pool, endpointId, { state, eventId });
  await pool.query(
    `INSERT INTO events (id, environment, tenant, type, occurred_at, attributes, accepted_at)
     VALUES ($1, 'test', 'acme', 'a.b', now(), '{}', now())`,
    [eventId],
  );
  await pool.query(`INSERT INTO event_data (event_id, data) VALUES ($1, '{"a":1}')`, [eventId]);
  await pool.query(
    `INSERT INTO bodies (event_id, format, body, content_type, headers)
     VALUES ($1, 'standard', '{}', 'application/json', '{}')`,
    [eventId],
  );
  await pool.query(
    `INSERT INTO attempts (delivery_id, round, number, id, outcome, status, started_at, duration_ms)
     VALUES ($1, 1, 1, $1, 'success', 200, now(), 1)`,
    [id],
  );
  await pool.query(
    `INSERT INTO answer_bodies (delivery_id, attempt_id, body) VALUES ($1, $1, 'thanks')`,
    [id],
  );
  return { id, eventId, endpointId };
}

/** The tables that have a partition of a day. */
export async function tablesOf(pool: Pool, day: string): Promise<string[]> {
  const { rows } = await pool.query<{ table: string }>(
    `SELECT t AS table FROM unnest($1::text[]) t WHERE to_regclass(t || '_' || $2) IS NOT NULL ORDER BY 1`,
    [dayTables.map(({ table }) => table), day],
  );
  return rows.map(({ table }) => table);
}

/** As the housekeeping does; events are kept for 100 days, what they carry for 50 unless said otherwise. */
export async function keep(
  pool: Pool,
  days: { retentionDays?: number; payloadRetentionDays?: number } = {},
  stopping: AbortSignal = never,
): Promise<void> {
  const log = createLog('silent');
  const { metrics } = createMetrics(['dispatcher']);
  const kept = { retentionDays: 100, payloadRetentionDays: 50, ...days };
  await keepRetention({ pool, log, metrics, ...kept }, stopping);
}
