import { CancellationScope, continueAsNew, isCancellation } from '@temporalio/workflow';
import type { Subject } from '../src/contract/activities.js';
import { localActivities } from './activityProxies.js';
import { handleSignals } from './handleSignals.js';
import { outcomesOf, type DeliveryOutcome } from './outcomesOf.js';
import { Progress } from './progress.js';
import { reasonOf } from './reasonOf.js';
import { RetryLoop } from './retryLoop.js';

/**
 * The body of `deliverEvent` and `redeliver`: first attempts, then the retry loop of what is still open.
 * Ends completed when none is left open, failed when one used up its round. `input` is the workflow's own.
 */
export async function deliverSubject(subject: Subject, input: string): Promise<DeliveryOutcome[]> {
  const progress = new Progress();
  const loop = new RetryLoop(progress);
  handleSignals(subject, progress, loop);
  try {
    await loop.begin(() => localActivities.attemptFirst(subject));
    do {
      await loop.run();
      if (progress.hasOpen) {
        await localActivities.handOver(subject);
        // A signal that came meanwhile is worked off first, or it would be lost with this run.
        await loop.run();
        return await continueAsNew<(input: string) => Promise<DeliveryOutcome[]>>(input);
      }
      if (progress.hasFailed) loop.take(await localActivities.settle(subject));
    } while (loop.running || progress.hasOpen);
  } catch (error) {
    if (isCancellation(error)) await cancelAll(subject);
    throw reasonOf(error);
  }
  return outcomesOf(progress.all());
}

async function cancelAll(subject: Subject): Promise<void> {
  await CancellationScope.nonCancellable(() =>
    localActivities.writeIntent(subject, 'cancel', null),
  );
}
