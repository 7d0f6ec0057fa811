import type { RecoveryActivities, RecoveryReport } from '../src/contract/recoveries.js';
import { showId, uuidTimeMs } from '../src/domain/ids.js';
import { systemActors } from '../src/domain/audit.js';
import { inTransaction } from '../src/store/pool.js';
import { endCancelled } from '../src/store/recoveries.js';
import { recoverNext, type RecoveryProgress } from '../src/store/recoverNext.js';
import type { ActivityDeps } from './activityDeps.js';
import { bareId, unknownRecovery } from './subjectIds.js';

/** How long one step goes on while nothing has to be waited for, well within a workflow task. */
const stepMs = 5_000;

/** What `recover` has done. All of it may run again. */
export function createRecoveryActivities({ pool }: Pick<ActivityDeps, 'pool'>): RecoveryActivities {
  return {
    async recoverSlice(shownId) {
      const recoveryId = bareId('recovery', shownId);
      const untilMs = Date.now() + stepMs;
      for (;;) {
        const progress = await recoverNext(pool, recoveryId);
        if (progress === null) throw unknownRecovery(shownId);
        const mayGoOn = progress.state === 'running' && progress.waitMs === 0;
        if (!mayGoOn || Date.now() >= untilMs) return reportOf(progress);
      }
    },
    async cancelRecovery(shownId) {
      const recoveryId = bareId('recovery', shownId);
      await inTransaction(pool, (client) =>
        endCancelled(client, recoveryId, systemActors.temporal),
      );
    },
  };
}

function reportOf(progress: RecoveryProgress): RecoveryReport {
  const { id, state, resent, skipped, total, ratePerSecond, cursor, waitMs } = progress;
  return {
    ...{ recoveryId: showId('recovery', id), state, resent, skipped, total, ratePerSecond },
    recoveredUntilMs: cursor === null ? null : uuidTimeMs(cursor),
    // Rounded up: a timer of whole milliseconds would end just before the slice may be taken.
    waitMs: state === 'running' ? Math.ceil(waitMs) : 0,
  };
}
