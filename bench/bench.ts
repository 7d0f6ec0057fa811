import { measureBurst } from './phases/burst.js';
import { measureSteady, type Latencies } from './phases/steady.js';
import { measureFanOut, measureFloor, tenantOf } from './phases/throughput.js';
import { fanOuts, figuresOf, fromFanOuts, type Round } from './report/figures.js';
import { jsonLine, report } from './report/report.js';
import { targetsOf } from './report/targets.js';
import { tell } from './report/tell.js';
import { startBenchStack, type BenchStack } from './stack/benchStack.js';
import { withUndo } from './stack/withUndo.js';

/** Events of one round; each takes some seconds on two cores. */
const roundSizes = { floor: 500, fanOut: { 1: 500, 10: 400, 100: 100 } } as const;
/** Odd, so that a median is a measured one. */
const rounds = 5;
const burstEvents = 10_000;
const steady = { count: 50, ratePerSecond: 20 } as const;
/** Short ones, floor and service in turn, so that both see the same machine. */
const steadyRounds = 8;

await withUndo(async (undo) => {
  const stack = await startBenchStack(undo);
  for (const fanOut of fanOuts) {
    await stack.load.makeEndpoints(tenantOf(fanOut), fanOut, stack.receiverUrl);
  }
  tell('warming up');
  await measureRound(stack);
  const latencies = await measureLatencies(stack);
  const measured: Round[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    tell(`throughput, round ${round} of ${rounds}`);
    measured.push(await measureRound(stack));
  }
  tell(`a burst of ${burstEvents} events`);
  const burst = await measureBurst(stack, burstEvents);
  const figures = figuresOf(measured, burst, latencies);
  const targets = targetsOf(figures);
  console.log(`\n${report(figures, targets)}\n`);
  console.log(jsonLine({ ...figures, targets }));
});

async function measureRound(stack: BenchStack): Promise<Round> {
  const floor = await measureFloor(stack, roundSizes.floor);
  const fanOut: Partial<Round['fanOut']> = {};
  for (const n of fanOuts) fanOut[n] = await measureFanOut(stack, n, roundSizes.fanOut[n]);
  return { floor, fanOut: fromFanOuts((n) => fanOut[n] as Round['floor']) };
}

async function measureLatencies(stack: BenchStack): Promise<Latencies> {
  const all: Latencies = { accept: [], acceptToReceiver: [], startToActivity: [] };
  for (let round = 1; round <= steadyRounds; round += 1) {
    tell(`latencies at ${steady.ratePerSecond} events/s, round ${round} of ${steadyRounds}`);
    const latencies = await measureSteady(stack, steady);
    all.accept.push(...latencies.accept);
    all.acceptToReceiver.push(...latencies.acceptToReceiver);
    all.startToActivity.push(...latencies.startToActivity);
  }
  return all;
}
