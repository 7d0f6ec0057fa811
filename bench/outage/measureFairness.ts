import { setTimeout as sleep } from 'node:timers/promises';
import { runSteadily } from '../load/runLanes.js';
import { percentile } from '../measure/percentile.js';
import { tell } from '../report/tell.js';
import type { OutageStack } from './outageStack.js';
import {
  figuresOfTrickle,
  quietTrickle,
  withTrickle,
  type TrickleFigures,
  type TrickleLatencies,
} from './trickle.js';

/**
 * Quiet and not, in turns: a stall of half a second, as a machine with neighbours has, is the p99 of a minute. So what counts
 * is the median of the rounds' ratios; over six rounds taken together it was 1.08, 1.29 and 2.75. Odd, so that it is a
 * measured one.
 */
const rounds = 7;
const quietMs = 30_000;
const hangingReceivers = 100;
/**
 * Each goes to all of them: 10 requests a second, and as many retries, of which 300 are under way at once with a time-out of
 * 15 s. Twice as much would measure how two cores are shared: an ordinary activity costs 32 ms of CPU.
 */
const events = 4;
const ratePerSecond = 0.1;
/** What is under way to a deleted endpoint hangs until its time-out. */
const settleMs = 20_000;

export interface FairnessFigures {
  quiet: TrickleFigures;
  hanging: TrickleFigures;
  /** Of each round, the p99 from accept to receiver while they hang, times that of quiet. */
  ratios: number[];
  /** Requests that were never answered. */
  hung: number;
}

/** A trickle, and one while all receivers of another tenant hang; in each round another tenant, of which nothing is known yet. */
export async function measureFairness(stack: OutageStack): Promise<FairnessFigures> {
  const { load, failing, failingUrl } = stack;
  await failing.call('forget');
  const quiet: TrickleLatencies[] = [];
  const hanging: TrickleLatencies[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    tell(`${hangingReceivers} receivers hang, round ${round} of ${rounds}`);
    const tenant = `hanging-${round}`;
    const ids = await load.makeEndpoints(tenant, hangingReceivers, `${failingUrl}/hang`);
    quiet.push(await quietTrickle(stack, quietMs));
    const { latencies } = await withTrickle(stack, () =>
      runSteadily(events, ratePerSecond, () => load.send(tenant)),
    );
    hanging.push(latencies);
    for (const id of ids) await load.deleteEndpoint(tenant, id);
    await sleep(settleMs);
  }
  const { refused: hung } = await failing.call('logged');
  return {
    quiet: figuresOfTrickle(...quiet),
    hanging: figuresOfTrickle(...hanging),
    ratios: quiet.map((before, round) => p99(hanging[round]) / p99(before)),
    hung,
  };
}

function p99(latencies: TrickleLatencies | undefined): number {
  return percentile(latencies?.acceptToReceiver ?? [], 0.99);
}
