import { expect } from 'vitest';
import type { SentBatch } from '../setup/sentBatch.js';
import {
  startReceiver,
  type ReceivedRequest,
  type Receiver,
  type Script,
} from '../setup/receiver.js';

export interface ReceivedBatch extends SentBatch {
  webhookId: string;
}

/** A receiver that keeps a ledger of what it acknowledged, and notices when two batches come at once. */
export interface Ledger extends Receiver {
  batches(): ReceivedBatch[];
  /** Numbers of the batches in the order in which they came. */
  indexes(): number[];
  /** The most that were under way at once. */
  atOnce(): number;
}

export async function startLedger(script: Script = () => ({})): Promise<Ledger> {
  let underWay = 0;
  let most = 0;
  let current = script;
  const receiver = await startReceiver(async (request, index, response) => {
    underWay += 1;
    most = Math.max(most, underWay);
    let over = false;
    response.on('close', () => {
      if (!over) underWay -= 1;
      over = true;
    });
    return await current(request, index, response);
  });
  return {
    ...receiver,
    setScript: (next) => {
      current = next;
    },
    batches: () => receiver.requests.map(batchOf),
    indexes: () => receiver.requests.map((request) => batchOf(request).index),
    atOnce: () => most,
  };
}

export function batchOf({ body, headers }: ReceivedRequest): ReceivedBatch {
  const parsed = JSON.parse(body.toString()) as Omit<ReceivedBatch, 'webhookId'>;
  return { ...parsed, webhookId: String(headers['webhook-id']) };
}

/** Every row once, in order, in batches that say where they stand. */
export function expectWhole(
  batches: readonly ReceivedBatch[],
  deliveryId: string,
  rows: number,
): void {
  let next = 0;
  for (const [place, batch] of batches.entries()) {
    expect(batch).toMatchObject({
      webhookId: `${deliveryId}_${place + 1}`,
      index: place + 1,
      batches: batches.length,
      offset: next,
      rowCount: batch.rows.length,
      totalRows: rows,
      last: place === batches.length - 1,
    });
    for (const row of batch.rows) {
      expect(row.data.n).toBe(next);
      next += 1;
    }
  }
  expect(next).toBe(rows);
}
