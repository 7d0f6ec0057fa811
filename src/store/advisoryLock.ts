import type { Pool } from './pool.js';

/** Names of the locks that processes share; any other number would do as well. */
export const advisoryLocks = {
  housekeeping: 5_720_001,
  partitions: 5_720_002,
  typeNames: 5_720_003,
  // 5_720_004: `want_drains` and `rest_drain`, in the migration.
  operationalEvents: 5_720_005,
  batchPlaces: 5_720_006,
} as const;

/** Does the work if no other process holds the lock now; no transaction is open meanwhile. Returns whether it did. */
export async function withAdvisoryLock(
  pool: Pool,
  lock: number,
  work: () => Promise<void>,
): Promise<boolean> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    const { rows } = await client.query<{ locked: boolean }>(
      'SELECT pg_try_advisory_lock($1) AS locked',
      [lock],
    );
    if (rows[0]?.locked !== true) return false;
    try {
      await work();
    } finally {
      // A session that can't unlock is ended, and its lock with it.
      await client.query('SELECT pg_advisory_unlock($1)', [lock]).catch((error: Error) => {
        broken = error;
      });
    }
    return true;
  } finally {
    client.release(broken);
  }
}
