import { v7 as newUuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rowIdOf, rowText, type ImportRow } from '../../src/domain/imports/importRow.js';
import { countRows, rowsDataText, wholeRowsText } from '../../src/domain/imports/rowSlice.js';
import { rowChoices, type RowChoice } from '../../src/domain/imports/rowChoice.js';
import {
  insertChunks,
  readRows,
  readRowSlices,
  type NewChunk,
} from '../../src/store/importChunks.js';
import { openStore, type StoreScene } from './storeScene.js';

let store: StoreScene;
beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store.stop());

const importId = newUuid();
/** Every third is invalid, every fifth has an id; the second chunk is all valid, the third all invalid, without ids. */
const isValid = (row: number): boolean => (row < 7 ? row % 3 !== 0 : row < 12);
const idOf = (row: number): string | null => (row < 12 && row % 5 === 0 ? `own "${row}"` : null);
const textOf = (row: number): string => `{"n":${row}.0,"name":"Zoë ${row}"}`;
const sizes = [7, 5, 3];

const rows: ImportRow[] = Array.from({ length: 15 }, (_, row) => ({
  id: idOf(row) ?? rowIdOf(importId, row),
  data: textOf(row),
  valid: isValid(row),
}));

function chunkOf(first: number, rowCount: number): NewChunk {
  const numbers = Array.from({ length: rowCount }, (_, place) => first + place);
  const ids = numbers.map(idOf);
  const invalidPlaces = numbers.flatMap((row, place) => (isValid(row) ? [] : [place]));
  const data = numbers.map(textOf).join('\n');
  return {
    rowCount,
    data,
    byteCount: Buffer.byteLength(data),
    ids: ids.every((id) => id === null) ? null : ids,
    invalidPlaces: invalidPlaces.length === 0 ? null : invalidPlaces,
  };
}

const chosen = (choice: RowChoice): ImportRow[] =>
  rows.filter(({ valid }) => choice === 'all' || valid === (choice === 'valid'));

describe('the rows of an import', () => {
  beforeAll(async () => {
    const [first = 0, second = 0, third = 0] = sizes;
    await insertChunks(store.pool, importId, { rows: 0, validRows: 0 }, [
      chunkOf(0, first),
      chunkOf(first, second),
    ]);
    const before = rows.slice(0, first + second);
    await insertChunks(
      store.pool,
      importId,
      { rows: before.length, validRows: before.filter(({ valid }) => valid).length },
      [chunkOf(first + second, third)],
    );
  });

  it.each(rowChoices)('come back from any place on, of any number: %s', async (choice) => {
    const all = chosen(choice);
    for (let offset = 0; offset <= all.length + 1; offset += 1) {
      for (let limit = 1; limit <= all.length + 1; limit += 1) {
        const page = await readRows(store.pool, importId, { choice, offset, limit });
        expect(page, `${limit} from ${offset}`).toEqual(all.slice(offset, offset + limit));
        const slices = await readRowSlices(store.pool, importId, { choice, offset, limit });
        expect(countRows(slices)).toBe(page.length);
        expect(wholeRowsText(slices)).toBe(`[${page.map(rowText).join(',')}]`);
        expect(rowsDataText(slices)).toBe(`[${page.map(({ data }) => data).join(',')}]`);
      }
    }
  });

  it('are none where the import has none', async () => {
    const none = await readRows(store.pool, newUuid(), { choice: 'all', offset: 0, limit: 10 });
    expect(none).toEqual([]);
  });
});
