import type { AttemptMaker } from '../src/delivery/attemptMaker.js';
import type { BatchSender } from '../src/delivery/batches/batchSender.js';
import type { Drainer } from '../src/delivery/drain/drainer.js';
import type { SendingShares } from '../src/delivery/sendingShares.js';
import type { Pool } from '../src/store/pool.js';

/** What the activities of one worker share. */
export interface ActivityDeps {
  pool: Pool;
  attemptMaker: AttemptMaker;
  shares: SendingShares;
  batchSender: BatchSender;
  drainer: Drainer;
  /** Told when the first attempts of an event are made, for the bound on starts in flight. */
  onFirstAttemptsMade: (eventId: string, failed: boolean) => void;
}
