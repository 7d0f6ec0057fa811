import { CancellationScope, continueAsNew, isCancellation } from '@temporalio/workflow';
import type { Subject } from '../src/contract/activities.js';
import { localActivities } from './activityProxies.js';
import { handleSignals } from './handleSignals.js';
import { Loops } from './loops.js';
import { outcomesOf, type DeliveryOutcome } from './outcomesOf.js';
import { Progress } from './progress.js';
import { reasonOf } from './reasonOf.js';

/**
 * The body of `deliverEvent` and `redeliver`: first attempts, then one retry loop per delivery that is still open.
 * Ends completed when none is left open, failed when one used up its round. `input` is the workflow's own.
 */
export async function deliverSubject(subject: Subject, input: string): Promise<DeliveryOutcome[]> {
  const progress = new Progress();
  const loops = new Loops(progress);
  handleSignals(subject, progress, loops);
  try {
    await loops.begin(() => localActivities.attemptFirst(subject));
    do {
      await loops.ended();
      if (progress.hasOpen) {
        await localActivities.handOver(subject);
        // A signal that came meanwhile is worked off first, or it would be lost with this run.
        await loops.ended();
        return await continueAsNew<(input: string) => Promise<DeliveryOutcome[]>>(input);
      }
      if (progress.hasFailed) loops.run(await localActivities.settle(subject));
    } while (loops.running || progress.hasOpen);
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
