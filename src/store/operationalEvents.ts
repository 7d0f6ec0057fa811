import type { OperationalType } from '../domain/operational.js';
import type { Environment } from '../domain/words.js';
import { advisoryLocks } from './advisoryLock.js';
import type { Queryable } from './pool.js';

/** Something to tell the operational endpoints of an environment. */
export interface OperationalEvent {
  environment: Environment;
  type: OperationalType;
  data: object;
  createdAt: Date;
}

export async function hasOperationalEvents(db: Queryable): Promise<boolean> {
  const { rows } = await db.query('SELECT FROM operational_events LIMIT 1');
  return rows.length > 0;
}

/**
 * Takes the oldest away, `limit` at most, in their order, for whoever makes events of them in the same transaction. Until
 * that has ended, another gets none, so that they are told in their order.
 */
export async function takeOperationalEvents(
  db: Queryable,
  limit: number,
): Promise<OperationalEvent[]> {
  const { rows: turns } = await db.query<{ mine: boolean }>(
    'SELECT pg_try_advisory_xact_lock($1) AS mine',
    [advisoryLocks.operationalEvents],
  );
  if (turns[0]?.mine !== true) return [];
  const { rows } = await db.query<OperationalEvent>(
    `WITH taken AS (
       DELETE FROM operational_events
       WHERE id = ANY (ARRAY(SELECT id FROM operational_events ORDER BY id LIMIT $1)) RETURNING *
     )
     SELECT environment, type, data, created_at AS "createdAt" FROM taken ORDER BY id`,
    [limit],
  );
  return rows;
}
