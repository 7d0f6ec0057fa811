import { rowsExpiredReason } from '../domain/imports/rowsExpired.js';
import { isOpenSql } from './deliveryConditions.js';
import { inTransaction, type Pool, type Queryable } from './pool.js';
import { raiseDeliveryFailed } from './raiseEvents.js';

/** Chunks deleted by one statement: 10 MB at most, and their ids, so that none holds its locks for long. */
const sliceChunks = 100;

/**
 * Ends the life of an import's rows. From the first step on nobody gets any of them, and what was still to bring them has
 * failed; then they are deleted, slice by slice. Safe to repeat, also where it was interrupted: `stopping` leaves the rest
 * to the housekeeping. Returns how many deliveries failed.
 */
export async function expireRows(
  pool: Pool,
  importId: string,
  stopping?: AbortSignal,
): Promise<number> {
  const failed = await markRowsExpired(pool, importId);
  let deleted = sliceChunks;
  while (deleted === sliceChunks) {
    if (stopping?.aborted === true) return failed;
    deleted = await deleteSlice(pool, importId);
  }
  await pool.query('UPDATE imports SET rows_deleted = true WHERE id = $1', [importId]);
  return failed;
}

/**
 * The first step alone, for whoever has no time for the rest: the housekeeping deletes the rows. An upload under way ends
 * at its next commit: it counts its rows where they aren't expired. Returns how many deliveries failed.
 */
export async function markRowsExpired(pool: Pool, importId: string): Promise<number> {
  return await inTransaction(pool, async (client) => {
    await client.query(
      `UPDATE imports SET rows_expired_at = now(), updated_at = now()
       WHERE id = $1 AND rows_expired_at IS NULL`,
      [importId],
    );
    const { rowCount } = await client.query(
      // In one order everywhere, or this and an endpoint's closing could wait for each other.
      `WITH failed AS (
         UPDATE deliveries d SET state = 'failed', reason = $2, due_at = NULL, finished_at = now()
         FROM (SELECT o.id FROM batch_runs b JOIN deliveries o ON o.id = b.delivery_id
           WHERE b.import_id = $1 AND ${isOpenSql('o')}
           ORDER BY o.id FOR UPDATE OF o) open
         WHERE d.id = open.id RETURNING d.*
       ),
       raised AS (${raiseDeliveryFailed('failed', { mayBlock: false })})
       SELECT FROM failed`,
      [importId, rowsExpiredReason],
    );
    return rowCount ?? 0;
  });
}

/**
 * Of an import `i`: it said that its rows weren't to be kept, and nobody needs them any more. Each delivery that brings
 * them is delivered; or some are, and the others cancelled.
 */
const isDone = `i.rows_expired_at IS NULL AND NOT i.keep_rows AND i.state = 'complete' AND (
  SELECT bool_or(d.state = 'delivered') AND bool_and(d.state IN ('delivered', 'cancelled'))
  FROM batch_runs b JOIN deliveries d ON d.id = b.delivery_id WHERE b.import_id = i.id)`;

/** Whether an import's rows are to go now, after an acknowledgement. */
export async function mayDropRows(db: Queryable, importId: string): Promise<boolean> {
  const { rows } = await db.query(`SELECT FROM imports i WHERE i.id = $1 AND ${isDone}`, [
    importId,
  ]);
  return rows.length > 0;
}

async function deleteSlice(db: Queryable, importId: string): Promise<number> {
  const { rowCount } = await db.query(
    `DELETE FROM import_chunks WHERE import_id = $1 AND first_row = ANY (ARRAY(
       SELECT first_row FROM import_chunks WHERE import_id = $1 ORDER BY first_row LIMIT ${sliceChunks}))`,
    [importId],
  );
  return rowCount ?? 0;
}

/**
 * Imports whose rows are to go, `limit` at most: those of which some were left when a process died; those created longer
 * ago than that; and those that are done with rows that aren't to be kept.
 */
export async function readImportsToExpire(
  db: Queryable,
  { retentionHours, limit }: { retentionHours: number; limit: number },
): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `(SELECT id FROM imports WHERE rows_expired_at IS NOT NULL AND NOT rows_deleted LIMIT $2)
     UNION
     (SELECT id FROM imports
      WHERE rows_expired_at IS NULL AND created_at < now() - $1 * interval '1 hour' LIMIT $2)
     UNION
     (SELECT i.id FROM imports i WHERE ${isDone} LIMIT $2)
     LIMIT $2`,
    [retentionHours, limit],
  );
  return rows.map(({ id }) => id);
}
