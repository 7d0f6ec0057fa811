import type { RowChoice } from '../domain/imports/rowChoice.js';
import { foundImport, refuseExpired } from '../intake/imports/importProblems.js';
import { readRows } from '../store/importChunks.js';
import { readImport, type ImportRecord, type ImportRef } from '../store/imports.js';
import type { Queryable } from '../store/pool.js';
import type { RowPage } from '../domain/imports/rowPage.js';

/** An import whose rows are there. Throws 404 or 410. */
export async function importWithRows(db: Queryable, ref: ImportRef): Promise<ImportRecord> {
  const record = foundImport(await readImport(db, ref));
  refuseExpired(record);
  return record;
}

/** How many rows of an import a choice takes. */
export function countOf({ rowCount, validCount }: ImportRecord, choice: RowChoice): number {
  if (choice === 'all') return rowCount;
  return choice === 'valid' ? validCount : rowCount - validCount;
}

/** A page of an import's rows, empty beyond the end. Throws 404 or 410. */
export async function readRowPage(
  db: Queryable,
  ref: ImportRef,
  { choice, page, limit }: { choice: RowChoice; page: number; limit: number },
): Promise<RowPage> {
  const record = await importWithRows(db, ref);
  const totalCount = countOf(record, choice);
  const offset = (page - 1) * limit;
  const rows = offset < totalCount ? await readRows(db, record.id, { choice, offset, limit }) : [];
  const pageCount = Math.ceil(totalCount / limit);
  return { rows, page, limit, offset, totalCount, pageCount };
}
