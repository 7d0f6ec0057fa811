import type { DeliveryState } from '../domain/words.js';
import type { Lane } from '../domain/lane.js';
import type { Timing } from '../domain/timing.js';

/** What a workflow works on: every delivery of an event, or one delivery. Shown ids (`evt_…`, `dlv_…`). */
export type Subject = { eventId: string } | { deliveryId: string };

/** What became of a delivery, as far as Postgres knows: ids and outcomes only, safe for a history. */
export interface DeliveryReport {
  deliveryId: string;
  state: DeliveryState;
  round: number;
  /** Attempts made in this round. */
  attemptCount: number;
  /** Attempts that this round has. */
  attemptsAllowed: number;
  /** What the last attempt came to: `503`, `timed out`; null before the first. */
  lastAnswer: string | null;
  /** Milliseconds until the next look is worth while; 0 where the next attempt is due. Only for `pending` and `retrying`. */
  waitMs: number;
  /** Absent as a rule: neither is it held back nor does it expire before its next attempt. */
  timing?: Timing;
  /** Where the next attempt is to be made. */
  lane: Lane;
  /** Its endpoint allows more than the default time-out; absent as a rule. */
  takesLong?: true;
  /** Of one that brings an import's rows: it is sent in batches, by a workflow of its own. */
  inBatches?: BatchedDelivery;
}

/** What the workflow of a delivery in batches is found by in the Temporal UI. */
export interface BatchedDelivery {
  environment: string;
  tenant: string;
  eventType: string;
  /** The bare UUID. */
  endpointId: string;
  /** What its import is called. */
  importName: string;
}

/** The attempt that a workflow asks for. One already recorded is answered from the record, not sent. */
export interface AttemptRequest {
  deliveryId: string;
  round: number;
  /** From 1, in its round. */
  number: number;
}

/** What an operator wants, told to a workflow as a signal. */
export type Intent = 'retryNow' | 'cancel';

/** The activities, as the workflows see them. Written by hand, so that no Node type reaches workflow code. */
export interface Activities {
  /** Makes the first attempt of each delivery of the subject that has none in its round; reports all. */
  attemptFirst: (subject: Subject) => Promise<DeliveryReport[]>;
  /** Makes one further attempt, or says why not: not due, claimed by another, superseded, its endpoint closed. */
  attempt: (request: AttemptRequest) => Promise<DeliveryReport>;
  /** The same of several deliveries at once; reports in their order, when the slowest is done. */
  attemptTogether: (requests: readonly AttemptRequest[]) => Promise<DeliveryReport[]>;
  /** What became of each delivery of the subject; sends nothing. */
  look: (subject: Subject) => Promise<DeliveryReport[]>;
  /** Writes an intent into Postgres, for one delivery of the subject or for all its open ones; others' are left alone. */
  writeIntent: (subject: Subject, intent: Intent, deliveryId: string | null) => Promise<void>;
  /**
   * The last step of a run in which a round was used up: gives a fresh round to what had failed in an earlier run
   * (after a reset, or "start workflow like this one"), and reports all. What failed in this run stays failed.
   */
  settle: (subject: Subject) => Promise<DeliveryReport[]>;
  /** Before continuing as new: what failed in this run counts as failed in the next, too. */
  handOver: (subject: Subject) => Promise<void>;
}
