import { describe, expect, it } from 'vitest';
import { ChunkBuilder } from '../../../src/intake/imports/chunkBuilder.js';
import type { SizedRow } from '../../../src/intake/imports/rowSource.js';

/** How many of such rows are one chunk. */
function rowsOfChunk(row: SizedRow): number {
  const builder = new ChunkBuilder();
  while (!builder.isFullFor(row)) builder.add(row);
  return builder.rowCount;
}

const row: SizedRow = { id: null, data: '{}', valid: true, bytes: 2 };

describe('a chunk', () => {
  it('has 1,000 rows at most', () => {
    expect(rowsOfChunk(row)).toBe(1_000);
    expect(rowsOfChunk({ ...row, id: 'row-1' })).toBe(1_000);
  });

  it('has 96 kB at most, its ids counted in', () => {
    const data = JSON.stringify({ text: 'x'.repeat(1_000) });
    expect(rowsOfChunk({ ...row, data, bytes: data.length })).toBe(97);
    const id = 'é'.repeat(255);
    expect(rowsOfChunk({ ...row, id })).toBe(Math.floor(98_304 / (510 + 3)));
  });

  it('has one row where that alone is larger', () => {
    expect(rowsOfChunk({ ...row, bytes: 1_000_000 })).toBe(1);
  });
});
