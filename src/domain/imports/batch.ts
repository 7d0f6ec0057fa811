import { joinMembers } from '../json/joinMembers.js';
import { wholeRowsText, type RowSlice } from './rowSlice.js';

/** Consecutive rows of an import that are sent in one request. */
export interface Batch {
  /** The import's id, as its product knows it. */
  importId: string;
  /** From 1. */
  index: number;
  batches: number;
  /** Among the rows that the delivery brings, from 0. */
  offset: number;
  totalRows: number;
  rowCount: number;
  rows: readonly RowSlice[];
}

/** A batch as the data of an event, JSON text; `data` is what the product said of the import. */
export function batchText(batch: Batch, data: string): string {
  const { importId, index, batches, offset, totalRows, rowCount, rows } = batch;
  return joinMembers({
    importId: JSON.stringify(importId),
    index: String(index),
    batches: String(batches),
    offset: String(offset),
    rowCount: String(rowCount),
    totalRows: String(totalRows),
    last: String(index === batches),
    data,
    rows: wholeRowsText(rows),
  });
}
