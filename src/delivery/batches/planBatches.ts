import { formatOf } from '../../catalogs/formats.js';
import { addBatches, readPlanned } from '../../store/batchPlans.js';
import type { BatchSituation } from '../../store/batchSituation.js';
import type { Pool } from '../../store/pool.js';
import type { BatchEvent } from '../../store/readBatchEvent.js';
import { renderRows } from './renderRows.js';
import { ChunkWindow } from './chunkWindow.js';

/** Batches written in one transaction: some 100 ms. */
const batchesPerSlice = 10_000;
/** What stands between the parts of a row as the formats write it: `{"id":…,"data":…,"valid":false},`. */
const rowFrameBytes = 32;

export interface PlanSettings {
  pool: Pool;
  maxBatchBytes: number;
  cloudEventsSource: string;
}

/**
 * Fixes which rows each batch has, all of them before the first is sent, since a batch says of how many it is one: so
 * many rows each, fewer where the body would exceed the bound, one at least. Goes on where an earlier try was ended.
 */
export async function planBatches(
  { pool, maxBatchBytes, cloudEventsSource }: PlanSettings,
  run: BatchSituation,
  event: BatchEvent,
  onSlice: () => void,
): Promise<void> {
  const growth = formatOf(run.format).growth ?? 1;
  const room = maxBatchBytes - envelopeBytes(run, event, cloudEventsSource);
  const window = new ChunkWindow(pool, run);
  const cost = (bytes: number, rows: number): number => growth * (bytes + rows * rowFrameBytes);

  const rowsFrom = async (offset: number): Promise<number> => {
    const wanted = Math.min(run.batchSize, run.totalRows - offset);
    const atMost = await window.bytesAtMost(offset, offset + wanted);
    if (cost(atMost, wanted) <= room) return wanted;
    let bytes = await window.bytesOf(offset);
    let rows = 1;
    while (rows < wanted) {
      bytes += await window.bytesOf(offset + rows);
      if (cost(bytes, rows + 1) > room) break;
      rows += 1;
    }
    return rows;
  };

  let planned = await readPlanned(pool, run.id);
  let isLast = false;
  while (!isLast) {
    const rowCounts: number[] = [];
    let offset = planned.rows;
    while (offset < run.totalRows && rowCounts.length < batchesPerSlice) {
      const rows = await rowsFrom(offset);
      rowCounts.push(rows);
      offset += rows;
    }
    isLast = offset >= run.totalRows;
    await addBatches(pool, run.id, { planned, rowCounts, isLast });
    planned = { batches: planned.batches + rowCounts.length, rows: offset };
    onSlice();
  }
}

/** The body of a batch without rows, its numbers as long as they can be. */
function envelopeBytes(run: BatchSituation, event: BatchEvent, source: string): number {
  const largest = 2_147_483_647;
  const batch = { number: largest, rowOffset: largest, rowCount: largest };
  const longest = { ...run, totalRows: largest };
  const { parts } = renderRows(longest, event, { batch, batches: largest, rows: [], source });
  return Buffer.byteLength([...parts].join(''));
}
