/** A batch of an import's rows as the general formats bring it; the rows are numbered by the tests. */
export interface SentBatch {
  importId: string;
  index: number;
  batches: number;
  offset: number;
  rowCount: number;
  totalRows: number;
  last: boolean;
  rows: { id: string; data: { n: number }; valid: boolean }[];
}

/** That in a body of the format `standard`. */
export function sentBatchIn(body: Buffer): SentBatch {
  return (JSON.parse(body.toString()) as { data: SentBatch }).data;
}
