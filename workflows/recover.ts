import {
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  isCancellation,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { RecoveryReport } from '../src/contract/recoveries.js';
import { describeRecovery } from '../src/domain/describeRecovery.js';
import { localActivities } from './activityProxies.js';
import { handleTargeted } from './handleTargeted.js';
import { cancelSignal, lookAgainDescription, lookAgainSignal } from './operatorSignals.js';
import { reasonOf } from './reasonOf.js';

/** What a recovery came to. */
export type RecoveryOutcome = Pick<
  RecoveryReport,
  'recoveryId' | 'state' | 'resent' | 'skipped' | 'total'
>;

/**
 * Sends many deliveries again, by the shown id of what says which: slice after slice, a durable timer between them for
 * the rate. How far it is stands in Postgres, so it may be started again at any point. Ends completed when none is left,
 * or when it was cancelled.
 */
export async function recover(recoveryId: string): Promise<RecoveryOutcome> {
  let isWoken = false;
  handleTargeted(
    cancelSignal,
    'Send no more again; what was stays so. Argument: {}.',
    async (target) => {
      if (target !== null) return;
      await localActivities.cancelRecovery(recoveryId);
      isWoken = true;
    },
  );
  setHandler(lookAgainSignal, () => void (isWoken = true), { description: lookAgainDescription });
  try {
    for (;;) {
      isWoken = false;
      const report = await localActivities.recoverSlice(recoveryId);
      setCurrentDetails(describeRecovery(report));
      // A signal is worked off first, or it would be lost with this run.
      if (report.state !== 'running') {
        await condition(allHandlersFinished);
        return outcomeOf(report);
      }
      if (workflowInfo().continueAsNewSuggested) {
        await condition(allHandlersFinished);
        return await continueAsNew<typeof recover>(recoveryId);
      }
      if (report.waitMs > 0) {
        await condition(() => isWoken, report.waitMs, { summary: describeRecovery(report) });
      }
    }
  } catch (error) {
    if (isCancellation(error)) {
      await CancellationScope.nonCancellable(() => localActivities.cancelRecovery(recoveryId));
    }
    throw reasonOf(error);
  }
}

function outcomeOf({ state, resent, skipped, total, recoveryId }: RecoveryReport): RecoveryOutcome {
  return { recoveryId, state, resent, skipped, total };
}
