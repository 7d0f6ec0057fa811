import type { NewRow } from '../../domain/imports/newRow.js';
import { Problem } from '../../domain/problem.js';
import type { RowsToSkip } from './rowsToSkip.js';

/** A row of an upload. */
export interface SizedRow extends NewRow {
  /** Of `data`, in UTF-8. */
  bytes: number;
}

/** How the rows of an upload are read. */
export interface RowReading {
  skip: RowsToSkip;
  /** A line; of CSV a record, and the object that is made of it. */
  maxRowBytes: number;
}

/**
 * Reads the rows from the blocks of a body, those of about a block at a time. Throws a `Problem` that names the line where
 * something is wrong, having given the rows before it.
 */
export type ReadRows = (
  blocks: AsyncIterable<Buffer>,
  reading: RowReading,
) => AsyncGenerator<SizedRow[], void, void>;

/** What is wrong with a line; `column` from 1, null where it isn't about one place. */
export function invalidRow(line: number, fault: string, column: number | null = null): Problem {
  const place = column === null ? `Line ${line}` : `Line ${line}, column ${column}`;
  return new Problem('invalid_row', `${place}: ${fault}.`);
}

export function rowTooLarge(line: number, maxRowBytes: number): Problem {
  return new Problem('row_too_large', `Line ${line}: a row may have ${maxRowBytes} bytes at most.`);
}
