import { insertChunks, type NewChunk, type RowsBefore } from './importChunks.js';
import { inTransaction, type Pool } from './pool.js';

/** Thrown to roll back. */
class NotCounted extends Error {}

/**
 * Stores chunks and counts them in their import, in one transaction. False, and nothing is stored: the import isn't open
 * any more, its rows have expired, or it hasn't got `before.rows` rows, since another upload was faster. Some MB at most.
 */
export async function appendChunks(
  pool: Pool,
  importId: string,
  before: RowsBefore,
  chunks: readonly NewChunk[],
): Promise<boolean> {
  const sum = (of: (chunk: NewChunk) => number): number =>
    chunks.reduce((total, chunk) => total + of(chunk), 0);
  const rowCount = sum((chunk) => chunk.rowCount);
  const invalidCount = sum(({ invalidPlaces }) => invalidPlaces?.length ?? 0);
  try {
    await inTransaction(pool, async (client) => {
      // First, so that it is locked: whoever completes it then sees all rows or none of these.
      const { rowCount: updated } = await client.query({
        name: 'count-rows',
        text: `UPDATE imports SET row_count = row_count + $3, valid_count = valid_count + $4,
            byte_count = byte_count + $5, updated_at = now()
          WHERE id = $1 AND row_count = $2 AND state = 'open' AND rows_expired_at IS NULL`,
        values: [importId, before.rows, rowCount, rowCount - invalidCount, sum(bytesOf)],
      });
      if (updated === 0) throw new NotCounted();
      await insertChunks(client, importId, before, chunks);
    });
    return true;
  } catch (error) {
    if (error instanceof NotCounted) return false;
    throw error;
  }
}

/** Of its rows, each with a line feed: so an import's bytes don't depend on how its rows were cut into chunks. */
export function bytesOf({ byteCount }: NewChunk): number {
  return byteCount + 1;
}
