import { setTimeout as sleep } from 'node:timers/promises';
import { runLanes } from './load/runLanes.js';
import { noProcReason } from './measure/cpuMs.js';
import { median } from './measure/percentile.js';
import { residentMb } from './measure/residentMb.js';
import { tenantOf } from './phases/throughput.js';
import { untilDelivered } from './phases/untilDelivered.js';
import { jsonLine } from './report/report.js';
import { table } from './report/table.js';
import { startBenchStack, type BenchStack } from './stack/benchStack.js';
import { withUndo } from './stack/withUndo.js';

/** Submitted at once, and delivered before the next: so memory is that of the work, not that of a backlog. */
const batchEvents = 1_000;
const marks = [10_000, 30_000, 50_000] as const;
const lanes = 50;
const patienceMs = 120_000;
const samples = 9;
const sampleEveryMs = 500;
/** What a garbage collection more or less makes. */
const noise = 1.05;

await withUndo(async (undo) => {
  if (noProcReason !== null) throw new Error(`${noProcReason}.`);
  const stack = await startBenchStack(undo);
  await stack.load.makeEndpoints(tenantOf(1), 1, stack.receiverUrl);
  const memoryMb: number[] = [];
  let delivered = 0;
  for (const mark of marks) {
    for (; delivered < mark; delivered += batchEvents) await deliverBatch(stack);
    memoryMb.push(await settledMb(stack.pids.service));
    console.error(`${mark} events: ${Math.round(memoryMb.at(-1) ?? 0)} MiB`);
  }
  const [, before = Number.NaN, last = Number.NaN] = memoryMb;
  const reached = last <= before * noise;
  const rows = marks.map((mark, index) => [mark, memoryMb[index] ?? Number.NaN]);
  console.log(`\n${table([['events', 'service, MiB resident'], ...rows])}\n`);
  console.log(`not growing between the last two: ${reached ? 'reached' : 'NOT reached'}\n`);
  console.log(jsonLine({ events: marks, residentMb: memoryMb, reached }));
});

async function deliverBatch({ load, pool, receiver }: BenchStack): Promise<void> {
  await receiver.call('forget');
  await runLanes(batchEvents, lanes, async () => {
    await load.send(tenantOf(1));
  });
  await untilDelivered(pool, patienceMs);
}

/** The median over some idle seconds. */
async function settledMb(pid: number): Promise<number> {
  const taken: number[] = [];
  for (let sample = 0; sample < samples; sample += 1) {
    await sleep(sampleEveryMs);
    taken.push(residentMb(pid));
  }
  return median(taken);
}
