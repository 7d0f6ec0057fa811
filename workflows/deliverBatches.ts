import { continueAsNew, isCancellation, CancellationScope } from '@temporalio/workflow';
import { isFinal } from '../src/domain/words.js';
import { localActivities, planBatches } from './activityProxies.js';
import { BatchRun } from './batchRun.js';
import { batchOutcome, type BatchOutcome } from './batchOutcome.js';
import { handleBatchSignals } from './handleBatchSignals.js';
import { reasonOf } from './reasonOf.js';

/**
 * The rows of one delivery, by its shown id, in batches, each sent when the one before was acknowledged. Ends completed
 * when it is delivered or cancelled, failed when a batch used up its round.
 */
export async function deliverBatches(deliveryId: string): Promise<BatchOutcome> {
  const run = new BatchRun(deliveryId);
  handleBatchSignals(run);
  try {
    run.note(await planBatches(deliveryId));
    for (;;) {
      while (!isFinal(run.report.state) && !run.mustContinueAsNew) await run.step();
      // A signal is worked off first, or it would be lost with this run.
      await run.signalsHandled();
      if (run.report.state === 'failed') await run.settle();
      // Whoever resent it while it ended woke this run, and the wake would be lost with it.
      if (run.isWoken) await run.look();
      else if (isFinal(run.report.state)) return batchOutcome(run.report);
      else if (run.mustContinueAsNew) {
        await localActivities.handOver({ deliveryId });
        await run.signalsHandled();
        return await continueAsNew<typeof deliverBatches>(deliveryId);
      }
    }
  } catch (error) {
    if (isCancellation(error)) await cancel(deliveryId);
    throw reasonOf(error);
  }
}

async function cancel(deliveryId: string): Promise<void> {
  await CancellationScope.nonCancellable(() =>
    localActivities.writeBatchIntent(deliveryId, 'cancel'),
  );
}
