import type { PlaceOfAttempt } from '../domain/lane.js';
import type { ClaimedDelivery } from '../store/claimDeliveries.js';

/** A claim, and when it was made by this process's own clock. */
export interface Claim {
  delivery: ClaimedDelivery;
  claimant: string;
  claimedAtMs: number;
  runId: string;
  /** The type of the workflow that asks for the attempt. */
  workflow: string | undefined;
  lane: PlaceOfAttempt;
}
