import type { RowChoice } from '../domain/imports/rowChoice.js';
import { choiceSql } from './importChunks.js';
import { inTransaction, type Pool, type Queryable } from './pool.js';

/** A chunk, as far as planning needs to know it without its rows. */
export interface ChunkSize {
  firstRow: number;
  /** Chosen rows before it, and in it. */
  before: number;
  count: number;
  /** Of the texts of all its rows' data and ids, at most. */
  bytes: number;
}

/** An id that nobody gave, in quotes. */
const madeIdBytes = 38;

/** The chunks with chosen rows from a row of the import on, in order. Their data is not read. */
export async function readChunkSizes(
  db: Queryable,
  importId: string,
  { choice, fromRow, limit }: { choice: RowChoice; fromRow: number; limit: number },
): Promise<ChunkSize[]> {
  const { before, count, isAny } = choiceSql[choice];
  const { rows } = await db.query<ChunkSize>({
    name: `read-chunk-sizes-${choice}`,
    text: `SELECT first_row AS "firstRow", ${before} AS before, ${count} AS count,
        byte_count + row_count * ${madeIdBytes} + coalesce(octet_length(ids), 0) AS bytes
      FROM import_chunks WHERE import_id = $1 AND first_row >= $2 AND ${isAny}
      ORDER BY first_row LIMIT $3`,
    values: [importId, fromRow, limit],
  });
  return rows;
}

/** How far a plan is: batches, and the rows in them. */
export interface Planned {
  batches: number;
  rows: number;
}

export async function readPlanned(db: Queryable, deliveryId: string): Promise<Planned> {
  const { rows } = await db.query<Planned>(
    `SELECT number AS batches, row_offset + row_count AS rows FROM batches
     WHERE delivery_id = $1 ORDER BY number DESC LIMIT 1`,
    [deliveryId],
  );
  return rows[0] ?? { batches: 0, rows: 0 };
}

/**
 * Adds batches, each of so many rows, to a plan that is as far as `planned`; with `isLast` the plan is complete. Under
 * a lock, so that of two who plan at once (one was taken for dead) the slower one fails and begins again.
 */
export async function addBatches(
  pool: Pool,
  deliveryId: string,
  {
    planned,
    rowCounts,
    isLast,
  }: { planned: Planned; rowCounts: readonly number[]; isLast: boolean },
): Promise<void> {
  await inTransaction(pool, async (db) => {
    const { rows } = await db.query(
      'SELECT FROM batch_runs WHERE delivery_id = $1 AND batch_count IS NULL FOR UPDATE',
      [deliveryId],
    );
    const now = await readPlanned(db, deliveryId);
    if (rows.length === 0 || now.batches !== planned.batches || now.rows !== planned.rows) {
      throw new Error('The batches of this delivery are being planned by another.');
    }
    await db.query(
      `INSERT INTO batches (delivery_id, number, row_offset, row_count)
       SELECT $1, $2 + place, $3 + sum(size) OVER (ORDER BY place) - size, size
       FROM unnest($4::integer[]) WITH ORDINALITY AS sizes (size, place)`,
      [deliveryId, planned.batches, planned.rows, rowCounts],
    );
    if (!isLast) return;
    await db.query('UPDATE batch_runs SET batch_count = $2 WHERE delivery_id = $1', [
      deliveryId,
      planned.batches + rowCounts.length,
    ]);
  });
}
