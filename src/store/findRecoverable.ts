import type { Queryable } from './pool.js';
import { recoveryIdRange, type RecoveryRecord } from './recoveries.js';

type Wanted = Pick<
  RecoveryRecord,
  | 'id'
  | 'environment'
  | 'tenant'
  | 'endpointIds'
  | 'eventTypes'
  | 'deliveryIds'
  | 'since'
  | 'until'
  | 'states'
>;

/** Rows looked at to count what a recovery is about; where they don't suffice, nobody waits for more. */
const maxCounted = 100_000;

/** Of one look. */
export interface Recoverable {
  /** In their order. */
  ids: string[];
  /** Where the next look goes on; null where there was nothing to look at. */
  cursor: string | null;
  /** Whether nothing is left. */
  isLast: boolean;
}

/**
 * The next deliveries of a recovery after its cursor, `limit` at most, found among so many rows at most: were the bound
 * on those found alone, a search for few among millions would take minutes. To be called in a transaction.
 */
export async function findRecoverable(
  db: Queryable,
  wanted: Wanted & Pick<RecoveryRecord, 'cursor'>,
  { limit, maxLooked }: { limit: number; maxLooked: number },
): Promise<Recoverable> {
  await planByValues(db);
  const looked = lookedSql(wanted, wanted.cursor);
  const matching = matchingSql(wanted, looked.values);
  // One statement, and so one view of the table: what leaves its state between two would hide others from both.
  const { rows } = await db.query<{ ids: string[]; lastLooked: string | null }>(
    `WITH found AS MATERIALIZED (
       SELECT id FROM (${looked.sql} LIMIT ${maxLooked}) looked WHERE ${matching.sql} ORDER BY id LIMIT ${limit}
     )
     SELECT (SELECT coalesce(json_agg(id ORDER BY id), '[]') FROM found) AS ids,
       CASE WHEN (SELECT count(*) FROM found) < ${limit} THEN
         (SELECT id FROM (${looked.sql} OFFSET ${maxLooked - 1} LIMIT 1) last) END AS "lastLooked"`,
    matching.values,
  );
  const { ids = [], lastLooked = null } = rows[0] ?? {};
  const lastFound = ids.at(-1) ?? null;
  if (ids.length === limit) return { ids, cursor: lastFound, isLast: false };
  return { ids, cursor: lastLooked ?? lastFound, isLast: lastLooked === null };
}

/** How many deliveries a recovery is about, now; null where counting would take long. To be called in a transaction. */
export async function countRecoverable(db: Queryable, wanted: Wanted): Promise<number | null> {
  await planByValues(db);
  const looked = lookedSql(wanted, null);
  const matching = matchingSql(wanted, looked.values);
  const { rows } = await db.query<{ looked: number; count: number }>(
    `SELECT count(*)::int AS looked, (count(*) FILTER (WHERE ${matching.sql}))::int AS count
     FROM (${looked.sql} LIMIT ${maxCounted}) looked`,
    matching.values,
  );
  const { looked: lookedAt = 0, count = 0 } = rows[0] ?? {};
  return lookedAt < maxCounted ? count : null;
}

/**
 * These statements are of many shapes. Planned without their values, one reckons with few rows, reads all of the range
 * and sorts them (measured with 120,000: 240 ms for each slice of 1,000, with this 7).
 */
async function planByValues(db: Queryable): Promise<void> {
  await db.query('SET LOCAL plan_cache_mode = force_custom_plan');
}

interface Condition {
  sql: string;
  values: unknown[];
}

/** The tenant's deliveries in the range of ids, in their order; what an index answers is looked up by it. */
function lookedSql(wanted: Wanted, cursor: string | null): Condition {
  const { lowest, beyond } = recoveryIdRange(wanted);
  const { environment, tenant, endpointIds, deliveryIds, states } = wanted;
  const values: unknown[] = [];
  const parameter = (value: unknown): string => `$${values.push(value)}`;
  const conditions = [
    `environment = ${parameter(environment)} AND tenant = ${parameter(tenant)}`,
    `id > ${parameter(cursor ?? lowest)}::uuid AND id < ${parameter(beyond)}::uuid`,
    // As the index of failed ones says it.
    ...(states.every((state) => state === 'failed') ? [`state = 'failed'`] : []),
    ...(endpointIds?.length === 1 ? [`endpoint_id = ${parameter(endpointIds[0])}`] : []),
    ...(deliveryIds === null ? [] : [`id = ANY (${parameter(deliveryIds)}::uuid[])`]),
  ];
  const sql = `SELECT id, endpoint_id, event_type, state FROM deliveries WHERE ${conditions.join(' AND ')} ORDER BY id`;
  return { sql, values };
}

/** Which of those are wanted; its parameters come after those given. */
function matchingSql({ endpointIds, eventTypes, states }: Wanted, before: unknown[]): Condition {
  const values = [...before];
  const parameter = (value: unknown): string => `$${values.push(value)}`;
  const conditions = [
    `state = ANY (${parameter(states)}::text[])`,
    ...(endpointIds === null ? [] : [`endpoint_id = ANY (${parameter(endpointIds)}::uuid[])`]),
    ...(eventTypes === null ? [] : [`event_type = ANY (${parameter(eventTypes)}::text[])`]),
  ];
  return { sql: conditions.join(' AND '), values };
}
