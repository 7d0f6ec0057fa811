import { continueAsNew, defineQuery, setHandler } from '@temporalio/workflow';
import { progressQuery } from '../src/contract/temporal.js';
import { localActivities } from './activityProxies.js';
import { DrainRun } from './drainRun.js';
import { handleTargeted } from './handleTargeted.js';
import { lookAgainDescription, lookAgainSignal, retryNowSignal } from './operatorSignals.js';
import { reasonOf } from './reasonOf.js';

/**
 * The queue of one endpoint, by its shown id, until it is empty or the endpoint is closed: probing while it is down,
 * sending slice after slice while it isn't. Continues as new with the id alone.
 */
export async function drainEndpoint(endpointId: string): Promise<ReturnType<DrainRun['outcome']>> {
  const run = new DrainRun(endpointId);
  handleSignals(run);
  try {
    for (;;) {
      await run.slice();
      // Whoever queued something while it ended woke this run, and the wake would be lost with it.
      if (run.report?.state === 'done' && !run.isWoken) return run.outcome();
      if (run.report?.state !== 'done') await run.rest();
      if (run.mustContinueAsNew) return await continueAsNew<typeof drainEndpoint>(endpointId);
    }
  } catch (error) {
    throw reasonOf(error);
  }
}

function handleSignals(run: DrainRun): void {
  handleTargeted(
    retryNowSignal,
    'Probe the endpoint now, and send what waits for a retry. Argument: {}.',
    async (target) => {
      if (target !== null) return;
      await localActivities.hurryEndpoint(run.endpointId);
      run.wake();
    },
  );
  setHandler(lookAgainSignal, () => run.wake(), { description: lookAgainDescription });
  setHandler(defineQuery(progressQuery), () => run.progress, {
    description: 'What waits for the endpoint, what was sent, the next probe, the last answer.',
  });
}
