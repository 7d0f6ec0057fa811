import { log, setHandler, type SignalDefinition } from '@temporalio/workflow';
import { targetOf, type Target } from './operatorSignals.js';

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
