import { createHash } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { batchRenderer } from '../../catalogs/renderBatch.js';
import { batchIdOf } from '../../domain/imports/batchId.js';
import { countRows } from '../../domain/imports/rowSlice.js';
import { maxBytesAhead } from '../../domain/limits.js';
import type { BatchSituation, PlannedBatch } from '../../store/batchSituation.js';
import { readRowSlices } from '../../store/importChunks.js';
import type { Pool } from '../../store/pool.js';
import type { MadeBody } from '../../store/recordBatch.js';
import { renderRows, type BatchEvent } from './batchEvent.js';

/** A batch as it is sent. */
export interface BatchBody extends MadeBody {
  bytes: Buffer;
  contentType: string;
  headers: Record<string, string>;
}

/** Makes the bodies of all batches that this process sends. */
export class BatchBodies {
  #bytesAhead = 0;

  constructor(private readonly deps: { pool: Pool; cloudEventsSource: string }) {}

  /**
   * The same bytes at every attempt; throws where they aren't. Null: the rows are gone. Lets others have their turns
   * between its steps, each of which takes some milliseconds of a batch of 4 MB.
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
    if (countRows(rows) !== batch.rowCount) return null;
    await turn();
    const rendered = renderRows(run, event, { batch, batches: batchCount ?? 0, rows, source });
    await turn();
    const bytes = Buffer.from(rendered.body, 'utf8');
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    if (batch.sha256 !== null && batch.sha256 !== sha256) {
      throw new Error(
        `The body of ${batchIdOf(run.id, batch.number)} is not what was sent before: it was made by renderer ${batch.renderer}, now by ${batchRenderer}. It is not sent.`,
      );
    }
    const { contentType, headers } = rendered;
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
