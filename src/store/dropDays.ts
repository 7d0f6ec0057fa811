import type { DayTable } from './dayTables.js';
import { inTransaction, type Pool, type Queryable } from './pool.js';

/**
 * How long a drop waits for its table. Everybody who comes meanwhile queues behind it, so also accepting waits for no
 * longer; behind a long reader (a backup) it gives up, and the housekeeping tries again.
 */
const lockWaitMs = 100;

/** The days from which tables are kept; what began before is dropped. As the lowest id of the day, too. */
export interface DayBound {
  /** `20260131`. */
  day: string;
  lowestId: string;
}

/** The first day (UTC) that is kept where events are kept for so many: the youngest event of a day is that old, then. */
export async function firstDayKept(db: Queryable, days: number): Promise<DayBound> {
  const { rows } = await db.query<DayBound>(
    `SELECT to_char(day, 'YYYYMMDD') AS day, lowest_uuid_at(day AT TIME ZONE 'UTC') AS "lowestId"
     FROM (SELECT ((now() AT TIME ZONE 'UTC')::date - $1::int)::timestamp AS day) first`,
    [days],
  );
  if (rows[0] === undefined) throw new Error('Postgres gave no day');
  return rows[0];
}

/**
 * Drops the days of these tables before a bound, each table in a transaction of its own, so that each is locked for the
 * few milliseconds of its own drop alone. (Detaching them first, without that lock, is not for tables with a default
 * partition.) Gives the names of what was dropped. Throws where a table is in use for too long: what was dropped before
 * stays so.
 */
export async function dropDays(
  pool: Pool,
  tables: readonly DayTable[],
  before: DayBound,
  stopping: AbortSignal,
): Promise<string[]> {
  const dropped: string[] = [];
  for (const { table, key } of tables) {
    for (const partition of await partitionsBefore(pool, table, before.day)) {
      if (stopping.aborted) return dropped;
      await inTransaction(pool, async (db) => {
        await db.query(`SET LOCAL lock_timeout = ${lockWaitMs}`);
        await db.query(`DROP TABLE ${partition}`);
      });
      dropped.push(partition);
    }
    // What fell outside the days, or was recorded after its day had gone.
    await pool.query(`DELETE FROM ${table}_default WHERE ${key} < $1`, [before.lowestId]);
  }
  return dropped;
}

/** The oldest first. */
async function partitionsBefore(db: Queryable, table: string, day: string): Promise<string[]> {
  const { rows } = await db.query<{ name: string }>(
    `SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
     WHERE i.inhparent = $1::regclass AND c.relname ~ ('^' || $1 || '_[0-9]{8}$') AND right(c.relname, 8) < $2
     ORDER BY 1`,
    [table, day],
  );
  return rows.map(({ name }) => name);
}
