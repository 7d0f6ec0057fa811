import { cpuMs } from '../measure/cpuMs.js';
import { monotonicMs } from '../measure/monotonicMs.js';
import { runLanes } from '../load/runLanes.js';
import type { BenchStack } from '../stack/benchStack.js';
import { untilDelivered } from './untilDelivered.js';

/** Requests of the load at once. */
const lanes = 50;
const patienceMs = 300_000;

export interface Throughput {
  eventsPerSecond: number;
  /** By process; NaN where it isn't measured. */
  cpuMsPerEvent: Record<string, number>;
}

export function tenantOf(fanOut: number): string {
  return `fan-out-${fanOut}`;
}

/** The floor: from the first start to the last activity. */
export async function measureFloor(stack: BenchStack, count: number): Promise<Throughput> {
  const cpu = startCpu(stack, ['floor', 'temporal']);
  const durationMs = await stack.floor.call('runMany', { count });
  return { eventsPerSecond: (count * 1_000) / durationMs, cpuMsPerEvent: cpu(count) };
}

/** Events submitted as fast as they are accepted: from the first request to the last delivery. */
export async function measureFanOut(
  stack: BenchStack,
  fanOut: number,
  count: number,
): Promise<Throughput> {
  const { load, receiver, pool } = stack;
  await receiver.call('forget');
  const cpu = startCpu(stack, ['service', 'temporal', 'postgres', 'receiver']);
  const startMs = monotonicMs();
  await runLanes(count, lanes, async () => {
    await load.send(tenantOf(fanOut));
  });
  await untilDelivered(pool, patienceMs);
  const { deliveries, repeats, lastAtMs } = await receiver.call('progress');
  if (deliveries !== count * fanOut || repeats > 0) {
    throw new Error(`${count * fanOut} deliveries, but ${deliveries} came, ${repeats} repeatedly`);
  }
  return { eventsPerSecond: (count * 1_000) / (lastAtMs - startMs), cpuMsPerEvent: cpu(count) };
}

/** Call the result for the CPU ms per event that the processes used meanwhile. */
function startCpu(
  { pids }: BenchStack,
  names: readonly (keyof BenchStack['pids'])[],
): (events: number) => Record<string, number> {
  const before = names.map((name) => cpuMs(pids[name]));
  return (events) =>
    Object.fromEntries(
      names.map((name, index) => [
        name,
        (cpuMs(pids[name]) - (before[index] ?? Number.NaN)) / events,
      ]),
    );
}
