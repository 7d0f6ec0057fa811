import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Problem } from '../../../src/domain/problem.js';
import { readCsvRows } from '../../../src/intake/imports/readCsvRows.js';
import { readNdjsonRows } from '../../../src/intake/imports/readNdjsonRows.js';
import type { ReadRows, SizedRow } from '../../../src/intake/imports/rowSource.js';
import { RowsToSkip } from '../../../src/intake/imports/rowsToSkip.js';

const maxRowBytes = 400;

/** The rows, and what was wrong after them. */
async function readAll(
  read: ReadRows,
  blocks: readonly Buffer[],
  skip = 0,
): Promise<{ rows: SizedRow[]; flaw: string | null }> {
  const rows: SizedRow[] = [];
  async function* body(): AsyncGenerator<Buffer> {
    yield* blocks;
  }
  try {
    for await (const some of read(body(), { skip: new RowsToSkip(skip), maxRowBytes })) {
      rows.push(...some);
    }
    return { rows, flaw: null };
  } catch (error) {
    // A line that isn't UTF-8 may be too large besides, and which of the two is noticed depends on the cuts.
    if (error instanceof Problem) return { rows, flaw: /^Line \d+/.exec(error.detail)?.[0] ?? '' };
    throw error;
  }
}

/** Cuts bytes at these places, wherever they fall. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const ends = [...places.map((place) => place % (bytes.length + 1)), bytes.length];
  const sorted = ends.toSorted((a, b) => a - b);
  return sorted.map((end, index) => bytes.subarray(sorted[index - 1] ?? 0, end));
}

const places = fc.array(fc.nat(100_000), { maxLength: 40 });
const text = fc.string({ unit: 'grapheme', maxLength: 12 });
const ends = fc.constantFrom('\n', '\r\n', '\n\n', ' \n');

const line = fc.oneof(
  { weight: 8, arbitrary: fc.record({ data: fc.dictionary(text, fc.jsonValue()) }) },
  {
    weight: 4,
    arbitrary: fc.record({ id: text, data: fc.record({ a: text }), valid: fc.boolean() }),
  },
);
const badLine = fc.constantFrom(
  Buffer.from('{"data":'),
  Buffer.from([0x7b, 0xff]),
  Buffer.from([0xe3, 0x81]),
  Buffer.from(`{"data":{"a":"${'é'.repeat(200)}"}}`),
);

describe('rows are the same however their bytes are cut', () => {
  it('as NDJSON', async () => {
    const body = fc
      .tuple(fc.array(fc.tuple(line, ends)), fc.option(badLine), fc.array(fc.tuple(line, ends)))
      .map(([before, bad, after]) => {
        const textOf = (some: typeof before): Buffer =>
          Buffer.from(some.map(([row, end]) => JSON.stringify(row) + end).join(''));
        return Buffer.concat([textOf(before), bad ?? Buffer.alloc(0), textOf(after)]);
      });
    await fc.assert(
      fc.asyncProperty(body, places, fc.nat(3), async (bytes, cuts, skip) => {
        const whole = await readAll(readNdjsonRows, [bytes], skip);
        expect(await readAll(readNdjsonRows, cut(bytes, cuts), skip)).toEqual(whole);
      }),
      { numRuns: 300 },
    );
  });

  it('as NDJSON, each byte for byte as it was written', async () => {
    const rows = fc.array(
      fc.record({ data: fc.dictionary(text, fc.jsonValue({ maxDepth: 2 })), valid: fc.boolean() }),
    );
    await fc.assert(
      fc.asyncProperty(rows, places, async (written, cuts) => {
        const fitting = written.filter(
          (row) => Buffer.byteLength(JSON.stringify(row)) <= maxRowBytes,
        );
        const bytes = Buffer.from(fitting.map((row) => JSON.stringify(row)).join('\n'));
        const { rows: read, flaw } = await readAll(readNdjsonRows, cut(bytes, cuts));
        expect(flaw).toBeNull();
        expect(read).toEqual(
          fitting.map(({ data, valid }) => ({
            id: null,
            data: JSON.stringify(data),
            valid,
            bytes: Buffer.byteLength(JSON.stringify(data)),
          })),
        );
      }),
      { numRuns: 200 },
    );
  });

  it('as CSV, each with what was written', async () => {
    const cell = fc.string({ unit: 'grapheme', maxLength: 10 });
    const records = fc.array(fc.tuple(cell, cell));
    const quoted = (value: string): string => `"${value.replaceAll('"', '""')}"`;
    await fc.assert(
      fc.asyncProperty(records, places, fc.boolean(), async (written, cuts, hasBom) => {
        const csv = [['a', 'b'], ...written]
          .map((cells) => cells.map(quoted).join(','))
          .join('\r\n');
        const bytes = Buffer.from((hasBom ? '\uFEFF' : '') + csv);
        const { rows, flaw } = await readAll(readCsvRows, cut(bytes, cuts));
        expect(flaw).toBeNull();
        expect(rows.map(({ data }) => data)).toEqual(
          written.map(([a, b]) => JSON.stringify({ a, b })),
        );
      }),
      { numRuns: 200 },
    );
  });
});
