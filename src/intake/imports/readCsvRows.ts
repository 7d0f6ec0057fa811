import { isUtf8 } from 'node:buffer';
import { CsvError, parse, type CsvErrorCode, type Parser } from 'csv-parse';
import { Problem } from '../../domain/problem.js';
import { withoutBom } from './withoutBom.js';
import type { RowsToSkip } from './rowsToSkip.js';
import { invalidRow, rowTooLarge, type ReadRows, type SizedRow } from './rowSource.js';

/** What the parser finds, in words of ours; it names the line itself. */
const flaws: Partial<Record<CsvErrorCode, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'a quote is not closed',
  INVALID_OPENING_QUOTE:
    'a quote stands in a cell that does not begin with one; double it, and put the cell in quotes',
  CSV_INVALID_CLOSING_QUOTE:
    'after the closing quote of a cell comes neither a comma nor the end of the line; double quotes within',
};

/** A file whose lines end so (of old spreadsheets) is a header as a whole, and all its rows would be lost unheard. */
const loneReturn = /\r(?!\n)/;

/**
 * Rows as CSV (RFC 4180) with a header: each record is an object of texts by the header's names, valid, without an id of
 * its own. Empty lines are none. A record that stands on several lines is known by its last.
 */
export const readCsvRows: ReadRows = async function* (blocks, { skip, maxRowBytes }) {
  const records = new Records(skip, maxRowBytes);
  const parser = startParser(maxRowBytes, (cells, line) => records.add(cells, line));
  try {
    for await (const block of withoutBom(blocks)) {
      yield* records.taken(await written(parser, block, maxRowBytes));
    }
    yield* records.taken(await written(parser, null, maxRowBytes));
  } finally {
    parser.destroy();
  }
};

/** Records as rows, up to the first that is none. */
class Records {
  #header: readonly string[] | null = null;
  #rows: SizedRow[] = [];
  #flaw: Error | null = null;

  constructor(
    private readonly skip: RowsToSkip,
    private readonly maxRowBytes: number,
  ) {}

  add(cells: readonly Buffer[], line: number): void {
    if (this.#flaw !== null) return;
    try {
      if (this.#header === null) this.#header = readHeader(cells, line);
      else if (!this.skip.next()) {
        this.#rows.push(readRecord(this.#header, cells, { line, maxRowBytes: this.maxRowBytes }));
      }
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.#flaw = error;
    }
  }

  /** The rows since it was last asked; then throws what is wrong: with a record, or `after` the last one. */
  *taken(after: Error | null): Generator<SizedRow[], void, void> {
    yield this.#rows;
    this.#rows = [];
    const flaw = this.#flaw ?? after;
    if (flaw !== null) throw flaw;
  }
}

/** Cells come as bytes, so that what isn't UTF-8 is noticed; records go past the parser's own queue, which it drops. */
function startParser(
  maxRowBytes: number,
  onRecord: (cells: readonly Buffer[], line: number) => void,
): Parser {
  const parser = parse({
    encoding: null,
    record_delimiter: ['\r\n', '\n'],
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: maxRowBytes,
    on_record: (cells: unknown, { lines }: { lines: number }) => {
      onRecord(cells as Buffer[], lines);
      return null;
    },
  });
  // What is wrong comes back from each write as well.
  parser.on('error', () => undefined);
  parser.resume();
  return parser;
}

/** Hands on a block, or the end; what is wrong with it, or null. The records before that have been given by then. */
async function written(
  parser: Parser,
  block: Buffer | null,
  maxRowBytes: number,
): Promise<Error | null> {
  const error = await new Promise<Error | null>((resolve) => {
    if (block !== null) parser.write(block, (failure) => resolve(failure ?? null));
    else parser.once('error', resolve).end(() => resolve(null));
  });
  if (!(error instanceof CsvError)) return error;
  const line = Number(error['lines']);
  if (error.code === 'CSV_MAX_RECORD_SIZE') return rowTooLarge(line, maxRowBytes);
  return invalidRow(line, flaws[error.code] ?? error.message);
}

/** The names, each as JSON text. */
function readHeader(cells: readonly Buffer[], line: number): readonly string[] {
  const names = cells.map((cell) => readCell(cell, line));
  const seen = new Set<string>();
  for (const [place, name] of names.entries()) {
    if (name === '') throw invalidRow(line, `column ${place + 1} of the header has no name`);
    if (loneReturn.test(name)) {
      const shown = JSON.stringify(name.slice(0, 80));
      throw invalidRow(line, `the header has ${shown}: lines end with a line feed, or CRLF`);
    }
    if (seen.has(name)) {
      throw invalidRow(line, `the header has ${JSON.stringify(name.slice(0, 80))} twice`);
    }
    seen.add(name);
  }
  return names.map((name) => JSON.stringify(name));
}

function readRecord(
  header: readonly string[],
  cells: readonly Buffer[],
  { line, maxRowBytes }: { line: number; maxRowBytes: number },
): SizedRow {
  if (cells.length !== header.length) {
    throw invalidRow(line, `it has ${cells.length} cells, and the header ${header.length}`);
  }
  const members = cells.map(
    (cell, place) => `${header[place]}:${JSON.stringify(readCell(cell, line))}`,
  );
  const data = `{${members.join(',')}}`;
  const bytes = Buffer.byteLength(data);
  if (bytes > maxRowBytes) throw rowTooLarge(line, maxRowBytes);
  return { id: null, data, valid: true, bytes };
}

function readCell(cell: Buffer, line: number): string {
  if (!isUtf8(cell)) throw invalidRow(line, 'it is not valid UTF-8');
  return cell.toString('utf8');
}
