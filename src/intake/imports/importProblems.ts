import { Problem } from '../../domain/problem.js';
import type { ImportRecord } from '../../store/imports.js';

/** The import, or 404. */
export function foundImport(record: ImportRecord | null): ImportRecord {
  if (record === null) {
    throw new Problem('not_found', 'There is no such import, or it is not yours.');
  }
  return record;
}

/** Throws `rows_expired` where its rows are gone. */
export function refuseExpired({ rowsExpiredAt, rowCount }: ImportRecord): void {
  if (rowsExpiredAt === null) return;
  const detail = `Its ${rowCount} rows have expired (${rowsExpiredAt.toISOString()}).`;
  throw new Problem('rows_expired', detail);
}

/** Throws where the import takes no more rows. */
export function refuseClosed(record: ImportRecord): void {
  refuseExpired(record);
  const { state, rowCount } = record;
  if (state === 'open') return;
  const detail = `The import is ${state}, with ${rowsText(rowCount)}.`;
  throw new Problem('import_not_open', detail, [], rowCount);
}

/** The client reckons with another number of rows than the import has. */
export function offsetMismatch({ rowCount }: ImportRecord): Problem {
  const detail = `The import has ${rowsText(rowCount)}; go on from there (?offset=${rowCount}), unless another upload is at it.`;
  return new Problem('offset_mismatch', detail, [], rowCount);
}

function rowsText(count: number): string {
  return count === 1 ? '1 row' : `${count} rows`;
}
