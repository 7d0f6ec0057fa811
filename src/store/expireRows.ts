import type { Pool } from './pool.js';

const chunksPerStatement = 100;

/** Takes an import's rows away: from now on they count as gone, and they go in slices. May run again. */
export async function expireRows(pool: Pool, importId: string): Promise<void> {
  await pool.query(
    'UPDATE imports SET rows_expired_at = coalesce(rows_expired_at, now()) WHERE id = $1',
    [importId],
  );
  for (;;) {
    const { rowCount } = await pool.query(
      `DELETE FROM import_chunks WHERE import_id = $1 AND first_row IN (
         SELECT first_row FROM import_chunks WHERE import_id = $1 ORDER BY first_row LIMIT $2)`,
      [importId, chunksPerStatement],
    );
    if (rowCount !== chunksPerStatement) return;
  }
}
