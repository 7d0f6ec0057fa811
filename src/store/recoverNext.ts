import { findRecoverable } from './findRecoverable.js';
import { inTransaction, type Pool, type Queryable } from './pool.js';
import { recoveryColumns, type RecoveryRecord } from './recoveries.js';
import { openRounds } from './rounds.js';

/** Deliveries moved in one transaction, and rows looked at for them, so that it takes a fraction of a second. */
const maxMoved = 1_000;
const maxLooked = 10_000;
/** A recovery that comes late to a slice makes up for no more than that. */
const maxLagSeconds = 1;

export interface RecoveryProgress extends RecoveryRecord {
  /** Until its rate lets it go on, by the database's clock; 0 where that is now. */
  waitMs: number;
}

const progressColumns = `${recoveryColumns},
  greatest(0, extract(epoch FROM next_slice_at - clock_timestamp()) * 1000)::double precision AS "waitMs"`;

/**
 * Gives a new round to the next deliveries of a recovery, a second's worth at most, all of them through their endpoints'
 * queues; says how far it is. Where its rate is used up, or it has ended, nothing is moved. Cursor, counts and rounds are
 * one transaction, in which the recovery is locked: so neither a crash nor two at once send anything twice, and a rate
 * outlives whoever kept it. Null if there is no such recovery.
 */
export async function recoverNext(
  pool: Pool,
  recoveryId: string,
): Promise<RecoveryProgress | null> {
  return await inTransaction(pool, async (db) => {
    const { rows } = await db.query<RecoveryProgress>(
      `SELECT ${progressColumns} FROM recoveries WHERE id = $1 FOR UPDATE`,
      [recoveryId],
    );
    const [recovery] = rows;
    if (recovery === undefined) return null;
    return recovery.state === 'running' && recovery.waitMs === 0
      ? await moveSlice(db, recovery)
      : recovery;
  });
}

async function moveSlice(db: Queryable, recovery: RecoveryRecord): Promise<RecoveryProgress> {
  const limit = Math.min(maxMoved, recovery.ratePerSecond);
  const { ids, cursor, isLast } = await findRecoverable(db, recovery, { limit, maxLooked });
  const locked = await lockStill(db, ids, recovery.states);
  const opened = await openRounds(db, locked, { through: 'queue' });
  const { rows } = await db.query<RecoveryProgress>(
    `UPDATE recoveries SET cursor = coalesce($2, cursor), resent = resent + $3, skipped = skipped + $4,
       state = CASE WHEN $5 THEN 'completed' ELSE state END, finished_at = CASE WHEN $5 THEN now() END,
       next_slice_at = greatest(next_slice_at, now() - interval '${maxLagSeconds} s')
         + make_interval(secs => $3::double precision / rate_per_second)
     WHERE id = $1 RETURNING ${progressColumns}`,
    [recovery.id, cursor, opened.length, locked.length - opened.length, isLast],
  );
  if (rows[0] === undefined) throw new Error('A recovery vanished while it was locked');
  return rows[0];
}

/** Locks those that are still in these states: one that has been delivered meanwhile, by a late answer, isn't sent again. */
async function lockStill(
  db: Queryable,
  ids: readonly string[],
  states: readonly string[],
): Promise<string[]> {
  if (ids.length === 0) return [];
  const { rows } = await db.query<{ id: string }>(
    `SELECT id FROM deliveries WHERE id = ANY ($1::uuid[]) AND state = ANY ($2::text[]) ORDER BY id FOR UPDATE`,
    [ids, states],
  );
  return rows.map(({ id }) => id);
}
