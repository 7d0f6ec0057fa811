import type { RowChoice } from '../domain/imports/rowChoice.js';
import { wholeRowTexts } from '../domain/imports/rowSlice.js';
import { readSliceOfChunk } from '../store/importChunks.js';
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
    const slice = await readSliceOfChunk(db, record.id, { choice, offset: next });
    if (slice === null) throw new Error('The rows have expired meanwhile');
    const take = Math.min(slice.take, end - next);
    yield `${[...wholeRowTexts([{ ...slice, take }])].join('\n')}\n`;
    next += take;
  }
}
