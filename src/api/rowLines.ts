import { rowText } from '../domain/imports/importRow.js';
import type { RowChoice } from '../domain/imports/rowChoice.js';
import { readRowsOfChunk } from '../store/importChunks.js';
import type { ImportRecord } from '../store/imports.js';
import type { Queryable } from '../store/pool.js';
import { countOf } from './readRowPage.js';

/**
 * The rows of an import as NDJSON, chunk by chunk as they are taken: no transaction is open in between. Ends with the rows
 * that there were when it began. Throws where they are gone before that, so that nobody takes a part for the whole.
 */
export async function* rowLines(
  db: Queryable,
  record: ImportRecord,
  { choice, offset, stopping }: { choice: RowChoice; offset: number; stopping: AbortSignal },
): AsyncGenerator<string, void, void> {
  const end = countOf(record, choice);
  for (let next = offset; next < end;) {
    if (stopping.aborted) throw new Error('The service is being stopped');
    const rows = await readRowsOfChunk(db, record.id, { choice, offset: next });
    if (rows.length === 0) throw new Error('The rows have expired meanwhile');
    const wanted = rows.slice(0, end - next);
    yield `${wanted.map(rowText).join('\n')}\n`;
    next += wanted.length;
  }
}
