import { createWriteStream, statSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

export interface RowsFile {
  path: string;
  rows: number;
  bytes: number;
}

const rowsPerWrite = 1_000;

/** The JSON text of a row's data; about 200 bytes. The same for the same number. */
export function rowData(row: number): string {
  const token = (row * 2_654_435_761) % 4_294_967_296;
  return (
    `{"n":${row},"firstName":"Ada","lastName":"Lovelace ${row}","email":"ada.${row}@example.com",` +
    `"city":"London","plan":"basic","note":"${token.toString(36)}, as people write into the last column of a sheet"}`
  );
}

/** Writes rows as NDJSON, as a product uploads them. */
export async function writeRowsFile(path: string, rows: number): Promise<RowsFile> {
  await pipeline(Readable.from(blocks(rows)), createWriteStream(path));
  return { path, rows, bytes: statSync(path).size };
}

function* blocks(rows: number): Generator<string> {
  for (let first = 0; first < rows; first += rowsPerWrite) {
    const count = Math.min(rowsPerWrite, rows - first);
    yield Array.from({ length: count }, (_, place) => `{"data":${rowData(first + place)}}\n`).join(
      '',
    );
  }
}
