import { createHash } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { batchRenderer } from '../../catalogs/renderBatch.js';
import { batchIdOf } from '../../domain/imports/batchId.js';
import type { RowSlice } from '../../domain/imports/rowSlice.js';
import { maxBytesAhead } from '../../domain/limits.js';
import type { BatchSituation, PlannedBatch } from '../../store/batchSituation.js';
import { readRowSlices } from '../../store/importChunks.js';
import type { Pool } from '../../store/pool.js';
import type { BatchEvent } from '../../store/readBatchEvent.js';
import type { MadeBody } from '../../store/recordBatch.js';
import { renderRows } from './renderRows.js';
import { TextWriter } from './textWriter.js';

/** A batch as it is sent. */
export interface BatchBody extends MadeBody {
  bytes: Buffer;
  contentType: string;
  headers: Record<string, string>;
}

/** Made in one turn of the event loop: a millisecond or two. */
const bytesPerTurn = 524_288;

/** Makes the bodies of all batches that this process sends. */
export class BatchBodies {
  #bytesAhead = 0;

  constructor(private readonly deps: { pool: Pool; cloudEventsSource: string }) {}

  /**
   * The same bytes at every attempt; throws where they aren't. Null: the rows are gone.
   */
  async make(
    run: BatchSituation,
    event: BatchEvent,
    batch: PlannedBatch,
  ): Promise<BatchBody | null> {
    const { pool, cloudEventsSource: source } = this.deps;
    const { importId, choice, batchCount } = run;
    const page = { choice, offset: batch.rowOffset, limit: batch.rowCount };
    const rows = await readRowSlices(pool, importId, page);
    if (rows.reduce((count, { take }) => count + take, 0) !== batch.rowCount) return null;
    const rendered = renderRows(run, event, { batch, batches: batchCount ?? 0, rows, source });
    const { parts, contentType, headers } = rendered;
    const { bytes, sha256 } = await gathered(parts, likelyBytesOf(rows));
    if (batch.sha256 !== null && batch.sha256 !== sha256) {
      throw new Error(
        `The body of ${batchIdOf(run.id, batch.number)} is not what was sent before: it was made by renderer ${batch.renderer}, now by ${batchRenderer}. It is not sent.`,
      );
    }
    return { number: batch.number, renderer: batchRenderer, sha256, bytes, contentType, headers };
  }

  /**
   * The same ahead of time, while the batch before is under way; null where there is no room in memory. `likelyBytes`:
   * what it will come to, as far as the one before tells. The room is free again when `free` is called. Gives null where
   * it can't be made: it is made again when it is needed, and says then why not.
   */
  makeAhead(
    run: BatchSituation,
    event: BatchEvent,
    batch: PlannedBatch,
    likelyBytes: number,
  ): { made: Promise<BatchBody | null>; free: () => void } | null {
    if (this.#bytesAhead + likelyBytes > maxBytesAhead) return null;
    this.#bytesAhead += likelyBytes;
    const made = this.make(run, event, batch).catch(() => null);
    return { made, free: () => (this.#bytesAhead -= likelyBytes) };
  }
}

/** Lets others have their turns meanwhile. */
async function gathered(
  parts: Iterable<string>,
  likelyBytes: number,
): Promise<{ bytes: Buffer; sha256: string }> {
  const writer = new TextWriter(likelyBytes);
  let bytesBefore = 0;
  for (const part of parts) {
    writer.write(part);
    if (writer.length - bytesBefore < bytesPerTurn) continue;
    bytesBefore = writer.length;
    await turn();
  }
  const bytes = writer.bytes();
  return { bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
}

/** What a row's text has besides its data, as the general formats write it, and the rest of a body, as a rule. */
const frameBytesPerRow = 80;
const frameBytes = 4_096;

function likelyBytesOf(rows: readonly RowSlice[]): number {
  return rows.reduce(
    (bytes, { data, take }) => bytes + data.length + take * frameBytesPerRow,
    frameBytes,
  );
}
