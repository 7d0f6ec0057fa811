import type { RowChoice } from '../../domain/imports/rowChoice.js';
import { readChunkSizes, type ChunkSize } from '../../store/batchPlans.js';
import { readRows } from '../../store/importChunks.js';
import type { Pool } from '../../store/pool.js';

const chunksPerRead = 1_000;

interface Chunk extends ChunkSize {
  /** Bytes of each chosen row, once they were asked for. */
  exact: number[] | null;
}

/** The sizes of an import's chosen rows, from a place on that only moves forward; what is behind it is forgotten. */
export class ChunkWindow {
  #chunks: Chunk[] = [];
  #nextRow = 0;

  constructor(
    private readonly pool: Pool,
    private readonly rows: { importId: string; choice: RowChoice },
  ) {}

  /** At most so many bytes are the rows from `offset` to before `end`. Reads no rows. */
  async bytesAtMost(offset: number, end: number): Promise<number> {
    await this.#reach(offset, end);
    let bytes = 0;
    for (const chunk of this.#chunks) {
      if (chunk.before >= end) break;
      bytes += chunk.bytes;
    }
    return bytes;
  }

  /** The bytes of one row's data and id. Reads the rows of its chunk, once. */
  async bytesOf(offset: number): Promise<number> {
    await this.#reach(offset, offset + 1);
    const chunk = this.#chunks.find(({ before, count }) => offset < before + count);
    if (chunk === undefined) throw new Error('An import has fewer rows than it says.');
    chunk.exact ??= await this.#exactSizes(chunk);
    return chunk.exact[offset - chunk.before] ?? 0;
  }

  async #exactSizes({ before, count }: Chunk): Promise<number[]> {
    const { importId, choice } = this.rows;
    const rows = await readRows(this.pool, importId, { choice, offset: before, limit: count });
    return rows.map(
      ({ id, data }) => Buffer.byteLength(data) + Buffer.byteLength(JSON.stringify(id)),
    );
  }

  async #reach(offset: number, end: number): Promise<void> {
    const passed = this.#chunks.findIndex(({ before, count }) => before + count > offset);
    if (passed !== 0) this.#chunks.splice(0, passed === -1 ? this.#chunks.length : passed);
    for (;;) {
      const last = this.#chunks.at(-1);
      if (last !== undefined && last.before + last.count >= end) return;
      const { importId, choice } = this.rows;
      const page = { choice, fromRow: this.#nextRow, limit: chunksPerRead };
      const read = await readChunkSizes(this.pool, importId, page);
      for (const chunk of read) {
        if (chunk.before + chunk.count > offset) this.#chunks.push({ ...chunk, exact: null });
      }
      const lastRead = read.at(-1);
      if (lastRead === undefined) throw new Error('An import has fewer rows than it says.');
      this.#nextRow = lastRead.firstRow + 1;
    }
  }
}
