const bom = Buffer.from([0xef, 0xbb, 0xbf]);

/** The blocks without the byte order mark that spreadsheets put before UTF-8. */
export async function* withoutBom(blocks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let start: Buffer | null = Buffer.alloc(0);
  for await (const block of blocks) {
    if (start === null) {
      yield block;
      continue;
    }
    start = Buffer.concat([start, block]);
    if (start.length < bom.length) continue;
    yield start.subarray(0, bom.length).equals(bom) ? start.subarray(bom.length) : start;
    start = null;
  }
  if (start !== null && start.length > 0) yield start;
}
