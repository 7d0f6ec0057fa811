import type { NewChunk } from '../../store/importChunks.js';
import type { SizedRow } from './rowSource.js';

/**
 * Of a chunk, its rows' ids counted in. A page reads whole chunks, so these bound what it reads for nothing. And a text
 * of 128 kB and more lives in memory that is collected late.
 */
const maxChunkRows = 1_000;
const maxChunkBytes = 98_304;

/** Gathers rows until there is a chunk of them. */
export class ChunkBuilder {
  #texts: string[] = [];
  #bytes = 0;
  #idBytes = 0;
  #ids: (string | null)[] = [];
  #hasIds = false;
  #invalidPlaces: number[] = [];

  get rowCount(): number {
    return this.#texts.length;
  }

  /** What it holds in memory: data and ids. */
  get heldBytes(): number {
    return this.#bytes + this.#idBytes;
  }

  /** Whether this row has to go into the next chunk. */
  isFullFor({ bytes, id }: SizedRow): boolean {
    const { rowCount } = this;
    if (rowCount >= maxChunkRows) return true;
    return rowCount > 0 && this.heldBytes + bytes + idBytesOf(id) > maxChunkBytes;
  }

  add({ id, data, valid, bytes }: SizedRow): void {
    if (!valid) this.#invalidPlaces.push(this.#texts.length);
    if (id !== null) this.#hasIds = true;
    this.#ids.push(id);
    this.#texts.push(data);
    this.#bytes += bytes + 1;
    this.#idBytes += idBytesOf(id);
  }

  /** The chunk; what comes next begins another. */
  take(): NewChunk {
    const chunk: NewChunk = {
      rowCount: this.#texts.length,
      // As bytes: a text would be held until it is stored, and then be collected late.
      data: Buffer.from(this.#texts.join('\n')),
      byteCount: this.#bytes - 1,
      ids: this.#hasIds ? this.#ids : null,
      invalidPlaces: this.#invalidPlaces.length === 0 ? null : this.#invalidPlaces,
    };
    this.#texts = [];
    this.#bytes = 0;
    this.#idBytes = 0;
    this.#ids = [];
    this.#hasIds = false;
    this.#invalidPlaces = [];
    return chunk;
  }
}

function idBytesOf(id: string | null): number {
  return id === null ? 0 : Buffer.byteLength(id);
}
