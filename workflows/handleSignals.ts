import { log, setHandler, type SignalDefinition } from '@temporalio/workflow';
import type { Intent, Subject } from '../src/contract/activities.js';
import { localActivities } from './activityProxies.js';
import type { Loops } from './loops.js';
import {
  cancelSignal,
  lookAgainSignal,
  retryNowSignal,
  targetOf,
  type Target,
} from './operatorSignals.js';
import type { Progress } from './progress.js';

/** Signals only have the record looked at again; what an operator wants is written into it first. */
export function handleSignals(subject: Subject, progress: Progress, loops: Loops): void {
  const look = async (deliveryId: string | null): Promise<void> => {
    await loops.firstAttempts();
    progress.wake(deliveryId);
    if (deliveryId === null || !loops.has(deliveryId)) {
      loops.run(await localActivities.look(subject));
    }
  };
  const write = (intent: Intent) => async (deliveryId: string | null) => {
    await localActivities.writeIntent(subject, intent, deliveryId);
    await look(deliveryId);
  };

  handleTargeted(
    lookAgainSignal,
    'From the API, after it wrote what it wants: look at the record again.',
    // What is read in the beginning is newer than a signal that came with the start.
    async (deliveryId) => (loops.begun ? await look(deliveryId) : undefined),
  );
  handleTargeted(
    retryNowSignal,
    'Bring the next attempt forward to now. {} for every open delivery; { "deliveryId": "dlv_…" } for one, which gets a new round if it has ended.',
    write('retryNow'),
  );
  handleTargeted(
    cancelSignal,
    'Send no more. {} for every open delivery, { "deliveryId": "dlv_…" } for one.',
    write('cancel'),
  );
}

/** An argument that isn't understood does nothing: taken for "all", a slip in typing would cancel everything. */
export function handleTargeted(
  signal: SignalDefinition<[unknown?]>,
  description: string,
  work: (deliveryId: string | null) => Promise<void>,
): void {
  setHandler(
    signal,
    async (argument) => {
      const target: Target | null = targetOf(argument);
      if (target !== null) await work(target.deliveryId);
      else log.warn('A signal does nothing, since its argument is not understood.', { signal });
    },
    { description },
  );
}
