import type { ImportRow } from './importRow.js';

/** A page of an import's rows. */
export interface RowPage {
  rows: readonly ImportRow[];
  /** From 1. */
  page: number;
  limit: number;
  /** Rows before it. */
  offset: number;
  totalCount: number;
  /** 0 where there are no rows. */
  pageCount: number;
}
