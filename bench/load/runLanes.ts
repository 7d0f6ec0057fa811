import { setTimeout as sleep } from 'node:timers/promises';
import { monotonicMs } from '../measure/monotonicMs.js';

/** Does work `count` times, `lanes` at once; the first error is thrown. */
export async function runLanes(
  count: number,
  lanes: number,
  work: () => Promise<void>,
): Promise<void> {
  let left = count;
  const lane = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await work();
    }
  };
  await Promise.all(Array.from({ length: Math.min(lanes, count) }, lane));
}

/** Begins work `count` times at a steady rate, however long each takes; resolves when all have ended. */
export async function runSteadily<T>(
  count: number,
  ratePerSecond: number,
  work: () => Promise<T>,
): Promise<T[]> {
  const startMs = monotonicMs();
  const begun: Promise<T>[] = [];
  for (let index = 0; index < count; index += 1) {
    const dueMs = startMs + (index * 1_000) / ratePerSecond;
    const waitMs = dueMs - monotonicMs();
    // No timer is shorter than a millisecond: waiting with none left would keep high rates from being made up.
    if (waitMs > 0) await sleep(waitMs);
    begun.push(work());
  }
  return await Promise.all(begun);
}
