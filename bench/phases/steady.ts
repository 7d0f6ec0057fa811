import { runSteadily } from '../load/runLanes.js';
import type { BenchStack } from '../stack/benchStack.js';
import { tenantOf } from './throughput.js';
import { untilDelivered } from './untilDelivered.js';

const patienceMs = 60_000;

/** Milliseconds, of each event. */
export interface Latencies {
  /** From sending the request to its answer. */
  accept: number[];
  /** From sending the request to the receiver's receipt. */
  acceptToReceiver: number[];
  /** Of the floor: from the call of start to the start of the activity. */
  startToActivity: number[];
}

interface SteadyLoad {
  count: number;
  ratePerSecond: number;
}

/** The floor and then the service at the same steady rate, fan-out 1. */
export async function measureSteady(stack: BenchStack, input: SteadyLoad): Promise<Latencies> {
  const { load, receiver, pool, floor } = stack;
  const startToActivity = await floor.call('runSteadily', input);
  await receiver.call('forget');
  const { count, ratePerSecond } = input;
  const events = await runSteadily(count, ratePerSecond, () => load.send(tenantOf(1)));
  await untilDelivered(pool, patienceMs);
  const receipts = await receiver.call('firstReceipts');
  return {
    accept: events.map(({ sentAtMs, acceptedAtMs }) => acceptedAtMs - sentAtMs),
    acceptToReceiver: events.map(({ id, sentAtMs }) => (receipts[id] ?? Number.NaN) - sentAtMs),
    startToActivity,
  };
}
