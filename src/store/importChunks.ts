import type { ImportRow } from '../domain/imports/importRow.js';
import { rowsOf, type RowSlice } from '../domain/imports/rowSlice.js';
import type { RowChoice } from '../domain/imports/rowChoice.js';
import type { Queryable } from './pool.js';

/** Rows that are stored together. What `ids` and `invalidPlaces` don't say, most imports haven't got. */
export interface NewChunk {
  rowCount: number;
  /** The JSON texts of the rows' data, a line each, without a line break at the end; or their bytes in UTF-8. */
  data: string | Uint8Array;
  /** Of `data`, in UTF-8. */
  byteCount: number;
  /** As the product gave them, null where it gave none; null: it gave none at all. */
  ids: (string | null)[] | null;
  /** Places of the rows that are not valid, from 0; null: all are valid. */
  invalidPlaces: number[] | null;
}

/** Rows before a chunk. */
export interface RowsBefore {
  rows: number;
  validRows: number;
}

/** Stores chunks that follow each other; the caller's transaction counts them in their import. Some MB at most. */
export async function insertChunks(
  db: Queryable,
  importId: string,
  before: RowsBefore,
  chunks: readonly NewChunk[],
): Promise<void> {
  let { rows, validRows } = before;
  const values: unknown[] = [];
  for (const { rowCount, data, byteCount, ids, invalidPlaces } of chunks) {
    const validCount = rowCount - (invalidPlaces?.length ?? 0);
    const idsText = ids === null ? null : JSON.stringify(ids);
    values.push(importId, rows, validRows, rows - validRows, rowCount, validCount, byteCount);
    values.push(data, idsText, invalidPlaces);
    rows += rowCount;
    validRows += validCount;
  }
  // Not by `unnest`: an array of them is escaped and parsed, which takes three times as long (measured at 180 kB each).
  const places = chunks.map((_, chunk) => {
    const first = chunk * columnCount;
    return `(${Array.from({ length: columnCount }, (_none, column) => `$${first + column + 1}`).join(', ')})`;
  });
  await db.query({
    name: `insert-chunks-${chunks.length}`,
    text: `INSERT INTO import_chunks (import_id, first_row, valid_before, invalid_before, row_count, valid_count,
        byte_count, data, ids, invalid_places)
      VALUES ${places.join(', ')}`,
    values,
  });
}

const columnCount = 10;

interface ChunkRow {
  firstRow: number;
  /** Chosen rows before it, and in it. */
  before: number;
  count: number;
  data: string;
  ids: string | null;
  invalidPlaces: number[] | null;
}

/**
 * The rows that a choice takes: what counts those before a chunk, and those in it, and which chunks have any. The indexes
 * are as these are.
 */
export const choiceSql = {
  all: { before: 'first_row', count: 'row_count', isAny: 'true' },
  valid: { before: 'valid_before', count: 'valid_count', isAny: 'valid_count > 0' },
  invalid: {
    before: 'invalid_before',
    count: 'row_count - valid_count',
    isAny: 'valid_count < row_count',
  },
} as const;

export interface RowRange {
  choice: RowChoice;
  /** Among the chosen rows, from 0. */
  offset: number;
  limit: number;
}

/**
 * The rows from `offset` on among the chosen ones, `limit` at most. The cost is that of the chunks that hold them,
 * wherever they stand.
 */
export async function readRows(
  db: Queryable,
  importId: string,
  { choice, offset, limit }: RowRange,
): Promise<ImportRow[]> {
  return [...rowsOf(await readRowSlices(db, importId, { choice, offset, limit }))];
}

/** The same as they are stored, for what needs no objects of them. */
export async function readRowSlices(
  db: Queryable,
  importId: string,
  { choice, offset, limit }: RowRange,
): Promise<RowSlice[]> {
  const chunks = await readChunks(db, importId, { choice, offset, limit });
  return chunks.map((chunk) => sliceOf(importId, chunk, choice, { offset, end: offset + limit }));
}

/** The rows from `offset` on among the chosen ones to the end of the chunk that has the first of them; null: there are none. */
export async function readSliceOfChunk(
  db: Queryable,
  importId: string,
  { choice, offset }: Omit<RowRange, 'limit'>,
): Promise<RowSlice | null> {
  const [chunk] = await readChunks(db, importId, { choice, offset, limit: 1 });
  if (chunk === undefined) return null;
  const end = chunk.before + chunk.count;
  return offset < end ? sliceOf(importId, chunk, choice, { offset, end }) : null;
}

/** Those that hold rows of the range, and perhaps one before them. */
async function readChunks(
  db: Queryable,
  importId: string,
  { choice, offset, limit }: RowRange,
): Promise<ChunkRow[]> {
  const { rows } = await db.query<ChunkRow>({
    name: `read-rows-${choice}`,
    text: readChunksSql(choice),
    values: [importId, offset, limit],
  });
  return rows;
}

/** With the import, the offset and the limit as parameters. */
export function readChunksSql(choice: RowChoice): string {
  const { before, count, isAny } = choiceSql[choice];
  return `SELECT first_row AS "firstRow", ${before} AS before, ${count} AS count, data, ids, invalid_places AS "invalidPlaces"
    FROM import_chunks
    WHERE import_id = $1 AND ${isAny} AND ${before} < $2::integer + $3::integer AND ${before} >= coalesce(
      (SELECT max(${before}) FROM import_chunks WHERE import_id = $1 AND ${isAny} AND ${before} <= $2), 0)
    ORDER BY ${before}`;
}

/** What a chunk has of the chosen rows from `offset` to before `end`. */
function sliceOf(
  importId: string,
  { firstRow, before, count, data, ids, invalidPlaces }: ChunkRow,
  choice: RowChoice,
  { offset, end }: { offset: number; end: number },
): RowSlice {
  const skip = Math.min(count, Math.max(0, offset - before));
  return {
    ...{ importId, firstRow, data, invalidPlaces, choice, skip },
    ids: ids === null ? null : (JSON.parse(ids) as (string | null)[]),
    take: Math.max(0, Math.min(count, end - before) - skip),
  };
}
