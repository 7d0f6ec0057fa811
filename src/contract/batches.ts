import type { DeliveryState } from '../domain/words.js';

/** How far a delivery in batches is, as Postgres has it: ids and outcomes only, safe for a history. */
export interface BatchReport {
  deliveryId: string;
  state: DeliveryState;
  /** Why it is queued, failed or cancelled, in words; null otherwise. */
  reason: string | null;
  paused: boolean;
  round: number;
  /** In all, and those that are acknowledged: the first ones. */
  batches: number;
  acknowledged: number;
  totalRows: number;
  acknowledgedRows: number;
  /** Attempts made of the batch that is next, in this round. */
  attemptCount: number;
  attemptsAllowed: number;
  /** What the last attempt came to: `503`, `timed out`; null before the first. */
  lastAnswer: string | null;
  /** Milliseconds until the next look is worth while; 0 where a batch is due. */
  waitMs: number;
  /** After so many steps a run continues as new. */
  stepsPerRun: number;
}

/** What an operator wants of a delivery in batches, told to its workflow as a signal. */
export type BatchIntent = 'pause' | 'resume' | 'retryNow' | 'cancel';

/**
 * The activities of `deliverBatches`, deliveries by shown id. The first two are ordinary ones that heartbeat, on a queue
 * of their own; the others are local.
 */
export interface BatchActivities {
  /** Fixes which rows each batch has, unless that is done; reports. */
  planBatches: (deliveryId: string) => Promise<BatchReport>;
  /**
   * Sends batch after batch, each after the one before was acknowledged, for half a minute at most; ends earlier where
   * one fails, the endpoint is closed, somebody paused it, or the last is acknowledged.
   */
  sendBatches: (deliveryId: string) => Promise<BatchReport>;
  /** How far it is; sends nothing. */
  lookAtBatches: (deliveryId: string) => Promise<BatchReport>;
  /** Writes an intent into Postgres; what has ended is left alone. */
  writeBatchIntent: (deliveryId: string, intent: BatchIntent) => Promise<void>;
}
