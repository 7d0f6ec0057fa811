import type { DrainActivity } from '../domain/describeDrain.js';

/** How far the queue of an endpoint is, as Postgres has it: ids and outcomes only, safe for a history. */
export interface DrainReport {
  /** The shown id, `ep_…`. */
  endpointId: string;
  tenant: string;
  /** `done`: nothing is to be sent, and whoever queues something starts another drain. */
  state: 'done' | DrainActivity;
  /** Why nothing is sent though something waits, in words; null otherwise. */
  reason: string | null;
  /** What waits for the endpoint, counted up to `maxQueuedCounted`. */
  queued: number;
  /** Of this slice: requests made, and deliveries that they delivered. */
  attempts: number;
  delivered: number;
  /** What the last attempt came to: `503`, `timed out`; null where none was made. */
  lastAnswer: string | null;
  /** Milliseconds until the next slice is worth while; null: somebody has to change something first. */
  waitMs: number | null;
}

/** The activities of `drainEndpoint`. */
export interface DrainActivities {
  /**
   * Works off an endpoint's queue, by its shown id, for up to 1,000 deliveries or 30 s; or probes it once. An ordinary
   * activity that heartbeats, on a queue of its own.
   */
  drain: (endpointId: string) => Promise<DrainReport>;
  /** Its next probe, and what waits for a retry, are due now. A local activity. */
  hurryEndpoint: (endpointId: string) => Promise<void>;
}
