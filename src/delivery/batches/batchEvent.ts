import { renderBatch, type RenderedBatch } from '../../catalogs/renderBatch.js';
import { batchIdOf } from '../../domain/imports/batchId.js';
import type { RowSlice } from '../../domain/imports/rowSlice.js';
import type { BatchSituation, PlannedBatch } from '../../store/batchSituation.js';

/** The event whose data is what the product said of the import. */
export interface BatchEvent {
  type: string;
  occurredAt: Date;
  data: string;
}

type Run = Pick<BatchSituation, 'id' | 'format' | 'importName' | 'totalRows'>;

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
