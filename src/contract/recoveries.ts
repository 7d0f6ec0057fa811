import type { RecoveryState } from '../domain/words.js';

/** How far a recovery is, as Postgres has it: ids and counts only, safe for a history. */
export interface RecoveryReport {
  recoveryId: string;
  state: RecoveryState;
  /** Deliveries given a new round, and those left alone, since there is nobody or nothing to send to them any more. */
  resent: number;
  skipped: number;
  /** Those that matched when it was made; null: too many to count. */
  total: number | null;
  ratePerSecond: number;
  /** When the event of the last delivery was accepted that it looked at, in milliseconds since 1970; null: none yet. */
  recoveredUntilMs: number | null;
  /** Milliseconds until the next slice may be taken; 0 where that is now, or it has ended. */
  waitMs: number;
}

/** The activities of `recover`, local ones; recoveries by shown id. */
export interface RecoveryActivities {
  /** Gives new rounds to what is next, as far as the rate allows; reports. */
  recoverSlice: (recoveryId: string) => Promise<RecoveryReport>;
  /** Ends it, unless it has ended; what it has resent stays so. */
  cancelRecovery: (recoveryId: string) => Promise<void>;
}
