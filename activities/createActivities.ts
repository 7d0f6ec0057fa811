import type { Activities } from '../src/contract/activities.js';
import type { BatchActivities } from '../src/contract/batches.js';
import type { DrainActivities } from '../src/contract/drain.js';
import type { RecoveryActivities } from '../src/contract/recoveries.js';
import { SendingShares } from '../src/delivery/sendingShares.js';
import type { ActivityDeps } from './activityDeps.js';
import { createAttempt } from './attempt.js';
import { createAttemptFirst } from './attemptFirst.js';
import { createBatchActivities } from './batches.js';
import { createDrainActivities } from './drain.js';
import { createRecoveryActivities } from './recoveries.js';
import { createRoundActivities } from './rounds.js';

/** All activities over what they need; the worker registers them by name. */
export function createActivities(
  deps: Omit<ActivityDeps, 'shares'>,
): Activities & BatchActivities & DrainActivities & RecoveryActivities {
  const all: ActivityDeps = { ...deps, shares: new SendingShares() };
  const attempts = createAttempt(all);
  return {
    ...attempts,
    attemptFirst: createAttemptFirst(all, attempts.attempt),
    ...createRoundActivities(all),
    ...createBatchActivities(all),
    ...createDrainActivities(all),
    ...createRecoveryActivities(all),
  };
}
