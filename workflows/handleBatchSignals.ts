import { defineQuery, defineSignal, setHandler } from '@temporalio/workflow';
import type { BatchIntent } from '../src/contract/batches.js';
import { progressQuery, signals } from '../src/contract/temporal.js';
import { localActivities } from './activityProxies.js';
import type { BatchRun } from './batchRun.js';
import { handleTargeted } from './handleTargeted.js';
import { lookAgainDescription, lookAgainSignal } from './operatorSignals.js';

const descriptions: Record<BatchIntent, string> = {
  pause:
    'Send no further batch until it is resumed; the one under way ends as it will. Argument: {}.',
  resume: 'Go on after a pause. Argument: {}.',
  retryNow: 'Bring the next attempt forward to now. Argument: {}.',
  cancel: 'Send no more; what was acknowledged stays so. Argument: {}.',
};

/** Signals only have the record looked at again; what an operator wants is written into it first. */
export function handleBatchSignals(run: BatchRun): void {
  for (const intent of Object.keys(descriptions) as BatchIntent[]) {
    handleTargeted(
      defineSignal<[unknown?]>(signals[intent]),
      descriptions[intent],
      async (target) => {
        if (target !== null && target !== run.deliveryId) return;
        await localActivities.writeBatchIntent(run.deliveryId, intent);
        run.wake();
      },
    );
  }
  setHandler(lookAgainSignal, () => run.wake(), { description: lookAgainDescription });
  setHandler(defineQuery(progressQuery), () => run.progress, {
    description: 'How far it is: batches and rows acknowledged, the next attempt, the last answer.',
  });
}
