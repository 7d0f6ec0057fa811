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

/** Of one look, in the order of ids. */
export interface Recoverable {
  ids: string[];
  /** Where the next look goes on; null where this one found nothing to look at. */
  cursor: string | null;
  /** Whether nothing is left. */
  isLast: boolean;
}

/** The next deliveries of a recovery after its cursor, `limit` at most, found among so many rows at most. */
export async function findRecoverable(
  db: Queryable,
  wanted: Wanted & Pick<RecoveryRecord, 'cursor'>,
  { limit, maxLooked }: { limit: number; maxLooked: number },
): Promise<Recoverable> {
  const { sql, values } = looking(wanted, wanted.cursor, maxLooked);
  const { rows } = await db.query<{ ids: string[]; looked: number; last: string | null }>(
    `${sql}, found AS (SELECT id FROM matching ORDER BY id LIMIT $${values.length + 1})
     SELECT ARRAY(SELECT id FROM found ORDER BY id) AS ids, (SELECT count(*)::int FROM looked) AS looked,
       (SELECT id FROM looked ORDER BY id DESC LIMIT 1) AS last`,
    [...values, limit],
  );
  const { ids = [], looked = 0, last = null } = rows[0] ?? {};
  // What lies between the last that was found and the last that was looked at is looked at again.
  if (ids.length === limit) return { ids, cursor: ids.at(-1) ?? null, isLast: false };
  return { ids, cursor: last, isLast: looked < maxLooked };
}

/** How many deliveries a recovery is about, now; null where counting would take long. */
export async function countRecoverable(db: Queryable, wanted: Wanted): Promise<number | null> {
  const { sql, values } = looking(wanted, null, maxCounted);
  const { rows } = await db.query<{ looked: number; count: number }>(
    `${sql} SELECT (SELECT count(*)::int FROM looked) AS looked, (SELECT count(*)::int FROM matching) AS count`,
    values,
  );
  const { looked = 0, count = 0 } = rows[0] ?? {};
  return looked < maxCounted ? count : null;
}

/**
 * `looked` has the tenant's next deliveries in the range of ids, of which `matching` are those wanted. The bound is on
 * those looked at: were it on those found alone, a search for few among millions would take minutes. What an index
 * answers (failed ones, one endpoint) is looked up by it.
 */
function looking(
  wanted: Wanted,
  cursor: string | null,
  maxLooked: number,
): { sql: string; values: unknown[] } {
  const { lowest, beyond } = recoveryIdRange(wanted);
  const { endpointIds, eventTypes, deliveryIds, states } = wanted;
  const values: unknown[] = [];
  const parameter = (value: unknown): string => `$${values.push(value)}`;
  const looked = [
    `environment = ${parameter(wanted.environment)} AND tenant = ${parameter(wanted.tenant)}`,
    `id > ${parameter(cursor ?? lowest)}::uuid AND id < ${parameter(beyond)}::uuid`,
    // As the index of failed ones says it; a parameter would hide it.
    ...(states.every((state) => state === 'failed') ? [`state = 'failed'`] : []),
    ...(endpointIds?.length === 1 ? [`endpoint_id = ${parameter(endpointIds[0])}`] : []),
    ...(deliveryIds === null ? [] : [`id = ANY (${parameter(deliveryIds)}::uuid[])`]),
  ];
  const matching = [
    `state = ANY (${parameter(states)}::text[])`,
    ...(endpointIds === null ? [] : [`endpoint_id = ANY (${parameter(endpointIds)}::uuid[])`]),
    ...(eventTypes === null ? [] : [`event_type = ANY (${parameter(eventTypes)}::text[])`]),
  ];
  const sql = `WITH looked AS MATERIALIZED (
      SELECT id, endpoint_id, event_type, state FROM deliveries
      WHERE ${looked.join(' AND ')} ORDER BY id LIMIT ${maxLooked}
    ),
    matching AS (SELECT id FROM looked WHERE ${matching.join(' AND ')})`;
  return { sql, values };
}
