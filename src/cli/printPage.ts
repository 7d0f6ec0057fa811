import { table } from './table.js';
import type { Terminal } from './terminal.js';
import { jsonLine } from './jsonLine.js';

interface Listed<T> {
  titles: readonly string[];
  row: (item: T) => string[];
  json: boolean;
}

/** Prints a page of a list: a table, or a line of JSON each; and how to go on where there is more. */
export function printPage<T>(
  { data, nextCursor }: { data: readonly T[]; nextCursor: string | null },
  { titles, row, json }: Listed<T>,
  terminal: Terminal,
): void {
  if (json) for (const item of data) terminal.out(jsonLine(item));
  else terminal.out(table(titles, data.map(row)));
  if (nextCursor !== null) terminal.err(`More: --cursor ${nextCursor}\n`);
}
