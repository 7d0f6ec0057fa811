import { expireRows, readImportsToExpire } from '../../store/expireRows.js';
import type { Pool } from '../../store/pool.js';

/** In one go; the others wait for the next, so that other chores get their turn. */
const maxImports = 100;

/** Ends the life of rows that are older than that, or aren't to be kept and have been delivered. */
export async function expireRowsOfImports(
  pool: Pool,
  retentionHours: number,
  stopping: AbortSignal,
): Promise<void> {
  const imports = await readImportsToExpire(pool, { retentionHours, limit: maxImports });
  for (const importId of imports) {
    if (stopping.aborted) return;
    await expireRows(pool, importId, stopping);
  }
}
