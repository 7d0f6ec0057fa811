import { setTimeout as sleep } from 'node:timers/promises';
import type { OutageStack } from './outageStack.js';
import type { LoggedRequests } from './receiverLog.js';

const pollMs = 250;
/** Without a further one. */
const patienceMs = 120_000;
/** In which what was sent twice would come. */
const settleMs = 1_000;

/**
 * Waits until the receiver has acknowledged so many distinct events. Throws where none comes any more, one comes twice or
 * out of order: then the figures would mean nothing.
 */
export async function untilLogged(
  { failing }: OutageStack,
  events: number,
): Promise<LoggedRequests> {
  let seen = -1;
  let seenAtMs = Date.now();
  for (;;) {
    const { delivered } = await failing.call('logged');
    if (delivered >= events) break;
    if (delivered > seen) {
      seen = delivered;
      seenAtMs = Date.now();
    } else if (Date.now() - seenAtMs > patienceMs) {
      throw new Error(`Nothing since ${patienceMs / 1_000} s; ${seen} of ${events} have come`);
    }
    await sleep(pollMs);
  }
  await sleep(settleMs);
  const logged = await failing.call('logged');
  const [violation] = logged.outOfOrder;
  if (violation !== undefined) throw new Error(`Out of order: ${violation}`);
  if (logged.delivered !== events || logged.repeats > 0)
    throw new Error(`${events} events, but ${logged.delivered} came, ${logged.repeats} repeatedly`);
  return logged;
}
