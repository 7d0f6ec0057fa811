import { runSteadily } from '../load/runLanes.js';
import { tell } from '../report/tell.js';
import type { OutageStack } from './outageStack.js';
import { figuresOfTrickle, quietTrickle, withTrickle, type TrickleFigures } from './trickle.js';

const hangingTenant = 'hanging';
const hangingReceivers = 100;
const quietMs = 30_000;
/**
 * Each goes to all of them: 10 requests a second, and as many retries, of which 300 are under way at once with a time-out of
 * 15 s. Twice as much would measure how two cores are shared: an ordinary activity costs 32 ms of CPU.
 */
const events = 6;
const ratePerSecond = 0.1;

export interface FairnessFigures {
  quiet: TrickleFigures;
  hanging: TrickleFigures;
  /** Requests that were never answered. */
  hung: number;
}

/** A trickle before and after, and while all receivers of another tenant hang. */
export async function measureFairness(stack: OutageStack): Promise<FairnessFigures> {
  const { load, failing, failingUrl } = stack;
  await failing.call('forget');
  await load.makeEndpoints(hangingTenant, hangingReceivers, `${failingUrl}/hang`);
  tell('quiet, before receivers hang');
  const before = await quietTrickle(stack, quietMs);
  tell(`${hangingReceivers} receivers hang`);
  const hanging = await withTrickle(stack, () =>
    runSteadily(events, ratePerSecond, () => load.send(hangingTenant)),
  );
  const { refused: hung } = await failing.call('logged');
  return {
    quiet: figuresOfTrickle(before),
    hanging: figuresOfTrickle(hanging.latencies),
    hung,
  };
}
