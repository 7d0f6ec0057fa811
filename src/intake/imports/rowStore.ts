import { Problem } from '../../domain/problem.js';
import { appendChunks } from '../../store/appendChunks.js';
import type { NewChunk } from '../../store/importChunks.js';
import type { ImportRecord } from '../../store/imports.js';
import type { Pool } from '../../store/pool.js';
import { ChunkBuilder } from './chunkBuilder.js';
import type { SizedRow } from './rowSource.js';

/**
 * Stored in one transaction: enough that the commit's wait for the disk costs little. (Rows/s, once warm: 255,000 to 315,000;
 * with 4 MB 280,000 to 350,000, for some 20 MB more of memory.)
 */
const maxTransactionBytes = 2_097_152;
/** Where rows are tiny: each number of chunks is a prepared statement of its own. */
const maxTransactionChunks = 64;
/** And as often as that where rows trickle in, so that little is lost with this process. */
const maxWaitMs = 1_000;

export interface RowLimits {
  maxImportRows: number;
  maxImportBytes: number;
}

/** Thrown where another upload, a completion, a cancellation or an expiry came before. */
export class Overtaken extends Error {
  override readonly name = 'Overtaken';
}

/**
 * Puts rows behind those that an import has. While one transaction is under way the next is gathered, and no more than
 * that: whoever adds faster waits. So there are twice `maxTransactionBytes` in memory at most, however long the upload.
 */
export class RowStore {
  readonly #importId: string;
  readonly #builder = new ChunkBuilder();
  #chunks: NewChunk[] = [];
  #chunkBytes = 0;
  #gatheredSince = Date.now();
  /** With those that aren't stored yet. */
  #rows: number;
  #bytes: number;
  #stored: { rows: number; validRows: number };
  #storing: Promise<void> = Promise.resolve();

  constructor(
    private readonly deps: {
      pool: Pool;
      limits: RowLimits;
      /** Called after each commit. */
      onStored: (rows: number) => void;
    },
    { id, rowCount, validCount, byteCount }: ImportRecord,
  ) {
    this.#importId = id;
    this.#rows = rowCount;
    this.#bytes = byteCount;
    this.#stored = { rows: rowCount, validRows: validCount };
  }

  /** How many rows the import has, for good. */
  get storedRows(): number {
    return this.#stored.rows;
  }

  /** Throws `import_too_large` at the first row that is too many, having added those before it. */
  async add(rows: readonly SizedRow[]): Promise<void> {
    for (const row of rows) {
      this.#refuseOverLimit(row);
      if (this.#builder.isFullFor(row)) await this.#endChunk();
      this.#builder.add(row);
      this.#rows += 1;
      this.#bytes += row.bytes + 1;
    }
    if (Date.now() - this.#gatheredSince > maxWaitMs) await this.#store();
  }

  /** Stores what has been added. */
  async finish(): Promise<void> {
    await this.#store();
    await this.#storing;
  }

  #refuseOverLimit({ bytes }: SizedRow): void {
    const { maxImportRows, maxImportBytes } = this.deps.limits;
    const limit =
      this.#rows >= maxImportRows
        ? `${maxImportRows} rows (EVERHOOK_MAX_IMPORT_ROWS)`
        : this.#bytes + bytes + 1 > maxImportBytes
          ? `${maxImportBytes} bytes (EVERHOOK_MAX_IMPORT_BYTES)`
          : null;
    if (limit !== null) {
      throw new Problem('import_too_large', `An import may have ${limit} at most.`);
    }
  }

  async #endChunk(): Promise<void> {
    this.#chunkBytes += this.#builder.heldBytes;
    this.#chunks.push(this.#builder.take());
    const isEnough =
      this.#chunkBytes >= maxTransactionBytes || this.#chunks.length >= maxTransactionChunks;
    if (isEnough) await this.#store();
  }

  /** Waits for the transaction before, and begins one with what has been gathered. */
  async #store(): Promise<void> {
    await this.#storing;
    this.#gatheredSince = Date.now();
    if (this.#builder.rowCount > 0) this.#chunks.push(this.#builder.take());
    const chunks = this.#chunks;
    this.#chunks = [];
    this.#chunkBytes = 0;
    if (chunks.length === 0) return;
    this.#storing = this.#append(chunks);
    // Whoever waits for it next is told; nobody may be waiting yet.
    this.#storing.catch(() => undefined);
  }

  async #append(chunks: readonly NewChunk[]): Promise<void> {
    const before = this.#stored;
    if (!(await appendChunks(this.deps.pool, this.#importId, before, chunks)))
      throw new Overtaken();
    let { rows, validRows } = before;
    for (const { rowCount, invalidPlaces } of chunks) {
      rows += rowCount;
      validRows += rowCount - (invalidPlaces?.length ?? 0);
    }
    this.#stored = { rows, validRows };
    this.deps.onStored(rows - before.rows);
  }
}
