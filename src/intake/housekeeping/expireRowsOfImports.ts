import { expireRows, readImportsToExpire } from '../../store/expireRows.js';
import type { Pool } from '../../store/pool.js';

/** In one go; the others wait for the next, so that other chores get their turn. */
const maxImports = 100;

/**
 * Ends the life of rows that are older than that, or aren't to be kept and have been delivered. Returns how many deliveries
 * failed for it.
 */
export async function expireRowsOfImports(
  pool: Pool,
  retentionHours: number,
  stopping: AbortSignal,
): Promise<number> {
  const imports = await readImportsToExpire(pool, { retentionHours, limit: maxImports });
  let failed = 0;
  for (const importId of imports) {
    if (stopping.aborted) break;
    failed += await expireRows(pool, importId, stopping);
  }
  return failed;
}
