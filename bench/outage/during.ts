import { monotonicMs } from '../measure/monotonicMs.js';

/** Does something over and over while work is under way; resolves with what the work comes to. */
export async function during<T>(
  work: Promise<T>,
  step: (startMs: number) => Promise<void>,
): Promise<T> {
  const startMs = monotonicMs();
  const state = { isDone: false };
  const working = work.finally(() => {
    state.isDone = true;
  });
  while (!state.isDone) await step(startMs);
  return await working;
}
