import type { PoolClient } from 'pg';
import { inTransaction, type Pool } from './pool.js';

/**
 * Counts what is found by partial indexes that hold nothing else, for `timeoutMs` a statement. The planner is kept from
 * reading whole days where it takes most of their deliveries for open, and from a bitmap, which is made whole before the
 * first row is counted.
 */
export async function byPartialIndexes<T>(
  pool: Pool,
  timeoutMs: number,
  work: (client: PoolClient) => Promise<T>,
): Promise<T> {
  return await inTransaction(pool, async (client) => {
    await client.query(`SET LOCAL statement_timeout = ${timeoutMs}`);
    await client.query('SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off');
    return await work(client);
  });
}
