import { v7 as newUuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rowIdsOf, rowText, type ImportRow } from '../../src/domain/imports/importRow.js';
import { rowDataTexts, wholeRowTexts } from '../../src/domain/imports/rowSlice.js';
import { rowChoices, type RowChoice } from '../../src/domain/imports/rowChoice.js';
import {
  insertChunks,
  readChunksSql,
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
  id: idOf(row) ?? rowIdsOf(importId)(row),
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
        expect(slices.reduce((count, { take }) => count + take, 0)).toBe(page.length);
        expect([...wholeRowTexts(slices)]).toEqual(page.map(rowText));
        expect([...rowDataTexts(slices)]).toEqual(page.map(({ data }) => data));
      }
    }
  });

  it('are none where the import has none', async () => {
    const none = await readRows(store.pool, newUuid(), { choice: 'all', offset: 0, limit: 10 });
    expect(none).toEqual([]);
  });

  it.each(rowChoices)('cost the same wherever they stand: %s', async (choice) => {
    const large = newUuid();
    // None of the rows in the middle is valid, and each of the last: so thousands of chunks have the same number before.
    const isChunkValid = (chunk: number): boolean => chunk < 100 || chunk >= 2_900;
    let before = { rows: 0, validRows: 0 };
    for (let first = 0; first < 3_000; first += 100) {
      const chunks = Array.from({ length: 100 }, (_, place): NewChunk => {
        const data = Array.from({ length: 5 }, () => '{}').join('\n');
        const invalidPlaces = isChunkValid(first + place) ? null : [0, 1, 2, 3, 4];
        return { rowCount: 5, data, byteCount: data.length, ids: null, invalidPlaces };
      });
      await insertChunks(store.pool, large, before, chunks);
      const valid = chunks.filter((chunk) => chunk.invalidPlaces === null).length * 5;
      before = { rows: before.rows + 500, validRows: before.validRows + valid };
    }
    await store.pool.query('ANALYZE import_chunks');
    const { rows: total, validRows } = before;
    const count = { all: total, valid: validRows, invalid: total - validRows }[choice];
    const limit = 50;
    const offsets = [0, count / 2 - limit, count / 2, count - limit];
    const buffers = await Promise.all(
      offsets.map((offset) => buffersRead(choice, [large, offset, limit])),
    );
    expect(Math.max(...buffers), buffers.join()).toBeLessThan(40);
  });
});

/** Pages of 8 kB looked at for a range of rows, whatever the parameters were when it was planned. */
async function buffersRead(choice: RowChoice, values: [string, number, number]): Promise<number> {
  const client = await store.pool.connect();
  try {
    await client.query('SET plan_cache_mode = force_generic_plan');
    await client.query(`PREPARE chunks (uuid, integer, integer) AS ${readChunksSql(choice)}`);
    const explained = await client.query<{ 'QUERY PLAN': [{ Plan: Record<string, number> }] }>(
      `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) EXECUTE chunks ('${values[0]}', ${values[1]}, ${values[2]})`,
    );
    const plan = explained.rows[0]?.['QUERY PLAN'][0].Plan ?? {};
    return (plan['Shared Hit Blocks'] ?? NaN) + (plan['Shared Read Blocks'] ?? NaN);
  } finally {
    client.release(true);
  }
}
