import { setTimeout as sleep } from 'node:timers/promises';
import type { ImportStack } from './importStack.js';
import type { LedgerProgress } from './ledger.js';

const pollMs = 100;
/** Without a further row. A worker's death is noticed within half a minute. */
const patienceMs = 180_000;

/** Waits until the ledger of a path has so many rows; throws at the first violation, and where nothing comes any more. */
export async function untilReceived(
  { receiver }: ImportStack,
  path: string,
  rows: number,
): Promise<LedgerProgress> {
  let seen = -1;
  let seenAtMs = Date.now();
  for (;;) {
    const progress = await receiver.call('progress', path);
    const [violation] = progress.violations;
    if (violation !== undefined) throw new Error(`The receiver says: ${violation}`);
    if (progress.rows >= rows) return progress;
    if (progress.rows > seen) {
      seen = progress.rows;
      seenAtMs = Date.now();
    } else if (Date.now() - seenAtMs > patienceMs) {
      throw new Error(`No row since ${patienceMs / 1_000} s; ${seen} of ${rows} have come`);
    }
    await sleep(pollMs);
  }
}
