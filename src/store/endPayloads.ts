import { payloadRetentionReason } from '../domain/payloadRetention.js';
import { isFreeSql, isOpenSql } from './deliveryConditions.js';
import type { DayBound } from './dropDays.js';
import { markRowsExpired } from './expireRows.js';
import { failOpenSql } from './failOpen.js';
import { chunkSize, inChunks } from './inChunks.js';
import { unblockBefore } from './orderingHeads.js';
import type { Pool } from './pool.js';

/** Of 1,000 deliveries, in one go; the rest waits for the next, so that other chores get their turn. */
const maxChunks = 100;

const isBefore = `id < $1::uuid AND ${isOpenSql('deliveries')}`;
const chunkSql = failOpenSql(`${isBefore} AND ${isFreeSql('deliveries')}`);

/**
 * Ends what events and imports before that bound carry: from now on nothing of them is sent again, and what is still open
 * fails and is told of, and no order waits for any of it. Returns how much failed, and whether anything is left that needs
 * it: what is being sent at the moment ends as it will, and the next look fails what is left of it. A bound once set stays,
 * also where payloads are to be kept for longer later.
 */
export async function endPayloads(
  pool: Pool,
  { before, days }: { before: DayBound; days: number },
  stopping: AbortSignal,
): Promise<{ failed: number; isLeft: boolean }> {
  // By itself, before the look at what is open: who opens a round from then on sees it.
  await pool.query('UPDATE retention SET payloads_from = greatest(payloads_from, $1::uuid)', [
    before.lowestId,
  ]);
  const values = [before.lowestId, payloadRetentionReason(days)];
  const failed = await inChunks(
    maxChunks,
    async () => (await pool.query(chunkSql, values)).rowCount ?? 0,
    stopping,
  );
  const failedWithRows = await endRows(pool, before.lowestId, stopping);
  await inChunks(maxChunks, () => unblockBefore(pool, before.lowestId), stopping);
  const { rows } = await pool.query<{ isLeft: boolean }>(
    `SELECT EXISTS (SELECT FROM deliveries WHERE ${isBefore})
       OR EXISTS (SELECT FROM imports WHERE id < $1 AND rows_expired_at IS NULL) AS "isLeft"`,
    [before.lowestId],
  );
  return { failed: failed + failedWithRows, isLeft: rows[0]?.isLeft !== false };
}

/** As a rule there is none: rows are kept for no longer than payloads. Returns how many deliveries failed. */
async function endRows(pool: Pool, beforeId: string, stopping: AbortSignal): Promise<number> {
  const { rows } = await pool.query<{ id: string }>(
    `SELECT id FROM imports WHERE id < $1 AND rows_expired_at IS NULL ORDER BY id LIMIT ${chunkSize}`,
    [beforeId],
  );
  let failed = 0;
  for (const { id } of rows) {
    if (stopping.aborted) break;
    failed += await markRowsExpired(pool, id);
  }
  return failed;
}
