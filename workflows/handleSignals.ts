import type { Intent, Subject } from '../src/contract/activities.js';
import { localActivities } from './activityProxies.js';
import { handleTargeted } from './handleTargeted.js';
import {
  cancelSignal,
  lookAgainDescription,
  lookAgainSignal,
  retryNowSignal,
} from './operatorSignals.js';
import type { Progress } from './progress.js';
import type { RetryLoop } from './retryLoop.js';

/** Signals only have the record looked at again; what an operator wants is written into it first. */
export function handleSignals(subject: Subject, progress: Progress, loop: RetryLoop): void {
  const look = async (deliveryId: string | null): Promise<void> => {
    await loop.firstAttempts();
    progress.wake(deliveryId);
    if (deliveryId === null || !loop.has(deliveryId)) {
      loop.take(await localActivities.look(subject));
    }
  };
  const write = (intent: Intent) => async (deliveryId: string | null) => {
    await localActivities.writeIntent(subject, intent, deliveryId);
    await look(deliveryId);
  };

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
  // The last, as it stands last where an operator chooses one.
  handleTargeted(
    lookAgainSignal,
    lookAgainDescription,
    // What is read in the beginning is newer than a signal that came with the start.
    async (deliveryId) => (loop.begun ? await look(deliveryId) : undefined),
  );
}
