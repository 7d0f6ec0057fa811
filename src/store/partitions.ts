import { advisoryLocks } from './advisoryLock.js';
import { dayTables } from './dayTables.js';
import type { Queryable } from './pool.js';

/** Partitions made ahead of today, so that a dispatcher may be away for that long. */
const daysAhead = 3;

/** Makes the day partitions from yesterday (clocks differ) to `daysAhead` days ahead; processes take turns. */
export async function makePartitionsAhead(db: Queryable): Promise<void> {
  await db.query(
    `WITH turn AS MATERIALIZED (SELECT pg_advisory_xact_lock($2))
     SELECT make_day_partitions((now() AT TIME ZONE 'UTC')::date + ahead)
     FROM turn, generate_series(-1, $1::int) AS ahead`,
    [daysAhead, advisoryLocks.partitions],
  );
}

/** Whether a row has fallen outside all day partitions; that is an error for an operator to see. */
export async function hasRowsOutsideDays(db: Queryable): Promise<boolean> {
  const outside = dayTables.map(({ table }) => `EXISTS (SELECT FROM ${table}_default)`);
  const { rows } = await db.query<{ outside: boolean }>(
    `SELECT ${outside.join(' OR ')} AS outside`,
  );
  return rows[0]?.outside === true;
}
