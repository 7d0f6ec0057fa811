export interface NumberedLine {
  /** From 1, empty lines counted. */
  number: number;
  bytes: Uint8Array;
}

const lineFeed = 0x0a;
const spaces = new Set([0x20, 0x09, 0x0d]);

/** The lines of an NDJSON body that aren't empty, up to `limit`; a view on the same bytes. */
export function ndjsonLines(body: Uint8Array, limit: number): NumberedLine[] {
  const lines: NumberedLine[] = [];
  let number = 0;
  for (let start = 0; start < body.length && lines.length < limit;) {
    const feed = body.indexOf(lineFeed, start);
    const end = feed === -1 ? body.length : feed;
    const bytes = body.subarray(start, end);
    number += 1;
    if (!bytes.every((byte) => spaces.has(byte))) lines.push({ number, bytes });
    start = end + 1;
  }
  return lines;
}
