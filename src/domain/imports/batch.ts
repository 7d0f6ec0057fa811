import { joinMembers } from '../json/joinMembers.js';
import type { RowSlice } from './rowSlice.js';

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

/** A body around the rows of a batch, which stand in it one after the other with commas between. */
export interface BatchFrame {
  before: string;
  rowTexts: (rows: readonly RowSlice[]) => Iterable<string>;
  after: string;
  contentType: string;
  headers: Record<string, string>;
}

/** A batch as the data of an event, JSON text, but for its rows; `data` is what the product said of the import. */
export function batchFrame(batch: Batch, data: string): Pick<BatchFrame, 'before' | 'after'> {
  const { importId, index, batches, offset, totalRows, rowCount } = batch;
  const head = joinMembers({
    importId: JSON.stringify(importId),
    index: String(index),
    batches: String(batches),
    offset: String(offset),
    rowCount: String(rowCount),
    totalRows: String(totalRows),
    last: String(index === batches),
    data,
  });
  return rowsFrame(head);
}

/** What stands around rows that are the last member, `rows`, of a JSON object with these members. */
export function rowsFrame(head: string): Pick<BatchFrame, 'before' | 'after'> {
  return { before: `${head.slice(0, -1)},"rows":[`, after: ']}' };
}
