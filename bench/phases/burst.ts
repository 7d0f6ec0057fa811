import { monotonicMs } from '../measure/monotonicMs.js';
import { runLanes } from '../load/runLanes.js';
import type { BenchStack } from '../stack/benchStack.js';
import { tenantOf } from './throughput.js';
import { untilDelivered } from './untilDelivered.js';

const lanes = 50;
const patienceMs = 600_000;

export interface Burst {
  events: number;
  acceptedPerSecond: number;
  /** Delivered before the last one was accepted. */
  deliveredMeanwhile: number;
  /** From the last acceptance on. */
  deliveredPerSecondAfter: number;
}

/** Events of fan-out 1 submitted as fast as they are accepted, and then delivered. */
export async function measureBurst(stack: BenchStack, events: number): Promise<Burst> {
  const { load, receiver, pool } = stack;
  await receiver.call('forget');
  const startMs = monotonicMs();
  await runLanes(events, lanes, async () => {
    await load.send(tenantOf(1));
  });
  const acceptedMs = monotonicMs();
  const { deliveries: deliveredMeanwhile } = await receiver.call('progress');
  await untilDelivered(pool, patienceMs);
  const { deliveries, repeats, lastAtMs } = await receiver.call('progress');
  if (deliveries !== events || repeats > 0) {
    throw new Error(`${events} deliveries, but ${deliveries} came, ${repeats} repeatedly`);
  }
  return {
    events,
    acceptedPerSecond: (events * 1_000) / (acceptedMs - startMs),
    deliveredMeanwhile,
    deliveredPerSecondAfter: ((events - deliveredMeanwhile) * 1_000) / (lastAtMs - acceptedMs),
  };
}
