import type { DayBound } from './dropDays.js';
import { chunkSize, inChunks } from './inChunks.js';
import type { Pool } from './pool.js';

/** 100,000 imports in one go; the rest waits for the next. */
const maxChunks = 100;

/**
 * What products said of imports goes with the payloads of their day, and so do the endpoints that came with them. Their
 * rows have gone by then; that they are said to be deleted spares the housekeeping to delete them one by one.
 */
export async function forgetImportData(
  pool: Pool,
  { lowestId }: DayBound,
  stopping: AbortSignal,
): Promise<void> {
  await inChunks(
    maxChunks,
    async () => {
      const { rowCount } = await pool.query(
        `UPDATE imports SET data = NULL, endpoint_sealed = NULL, rows_deleted = true WHERE id = ANY (ARRAY(
           SELECT id FROM imports WHERE id < $1 AND rows_expired_at IS NOT NULL
             AND (data IS NOT NULL OR endpoint_sealed IS NOT NULL OR NOT rows_deleted)
           ORDER BY id LIMIT ${chunkSize}))`,
        [lowestId],
      );
      return rowCount ?? 0;
    },
    stopping,
  );
}
