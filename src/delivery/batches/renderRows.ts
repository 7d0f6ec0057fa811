import { renderBatch, type RenderedBatch } from '../../catalogs/renderBatch.js';
import { batchIdOf } from '../../domain/imports/batchId.js';
import type { RowSlice } from '../../domain/imports/rowSlice.js';
import type { BatchSituation, PlannedBatch } from '../../store/batchSituation.js';
import type { BatchEvent } from '../../store/readBatchEvent.js';

type Run = Pick<BatchSituation, 'id' | 'format' | 'importName' | 'totalRows'>;

/** A batch of a run in its format, under the id that it has at every attempt. */
export function renderRows(
  run: Run,
  event: BatchEvent,
  {
    batch,
    batches,
    rows,
    source,
  }: {
    batch: Pick<PlannedBatch, 'number' | 'rowOffset' | 'rowCount'>;
    batches: number;
    rows: readonly RowSlice[];
    /** Of CloudEvents. */
    source: string;
  },
): RenderedBatch {
  return renderBatch(
    run.format,
    {
      id: batchIdOf(run.id, batch.number),
      type: event.type,
      timestamp: event.occurredAt.toISOString(),
      data: event.data,
      source,
    },
    {
      importId: run.importName,
      index: batch.number,
      batches,
      offset: batch.rowOffset,
      totalRows: run.totalRows,
      rowCount: batch.rowCount,
      rows,
    },
  );
}
