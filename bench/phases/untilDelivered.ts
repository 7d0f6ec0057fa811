import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from '../../src/store/pool.js';

const pollMs = 200;

/**
 * Resolves when no delivery is open and no workflow is to be started. Throws when it takes longer than `withinMs`, or
 * a delivery did not go well: then the figures would mean nothing.
 */
export async function untilDelivered(pool: Pool, withinMs: number): Promise<void> {
  const deadlineMs = Date.now() + withinMs;
  while (await isAtWork(pool)) {
    if (Date.now() > deadlineMs) throw new Error(`Not all delivered within ${withinMs} ms`);
    await sleep(pollMs);
  }
  const { rows } = await pool.query<{ count: string }>(
    `SELECT count(*) FROM attempts WHERE outcome IS DISTINCT FROM 'success'`,
  );
  if (Number(rows[0]?.count) > 0) throw new Error(`${rows[0]?.count} attempts failed`);
}

async function isAtWork(pool: Pool): Promise<boolean> {
  const { rows } = await pool.query<{ atWork: boolean }>(
    `SELECT EXISTS (SELECT FROM outbox)
      OR EXISTS (SELECT FROM deliveries WHERE state IN ('pending', 'retrying', 'queued')) AS "atWork"`,
  );
  return rows[0]?.atWork === true;
}
