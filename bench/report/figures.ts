import { median, percentile } from '../measure/percentile.js';
import type { Burst } from '../phases/burst.js';
import type { Latencies } from '../phases/steady.js';
import type { Throughput } from '../phases/throughput.js';

export const fanOuts = [1, 10, 100] as const;
export type FanOut = (typeof fanOuts)[number];

/** The throughputs of one round, measured one right after the other. */
export interface Round {
  floor: Throughput;
  fanOut: Record<FanOut, Throughput>;
}

interface Spread {
  p50: number;
  p99: number;
}

export interface Figures {
  /** Medians of the rounds. */
  floor: Throughput;
  fanOut: Record<FanOut, Throughput>;
  burst: Burst;
  /** Milliseconds. */
  steady: Record<keyof Latencies, Spread>;
  /** The first three: medians of each round's own ratio, so that a change of the machine's other load counts less. */
  ratios: Record<'fanOut1' | 'fanOut10' | 'fanOut100' | 'burst' | 'latency', number>;
}

export function figuresOf(rounds: readonly Round[], burst: Burst, latencies: Latencies): Figures {
  const floor = medianOf(rounds.map((round) => round.floor));
  const fanOut = fromFanOuts((n) => medianOf(rounds.map((round) => round.fanOut[n])));
  const steady = {
    accept: spreadOf(latencies.accept),
    acceptToReceiver: spreadOf(latencies.acceptToReceiver),
    startToActivity: spreadOf(latencies.startToActivity),
  };
  const perRound = (ratio: (round: Round) => number): number => median(rounds.map(ratio));
  const timesFanOut1 = (n: FanOut) => (round: Round) =>
    (n * round.fanOut[n].eventsPerSecond) / round.fanOut[1].eventsPerSecond;
  return {
    floor,
    fanOut,
    burst,
    steady,
    ratios: {
      fanOut1: perRound((round) => round.fanOut[1].eventsPerSecond / round.floor.eventsPerSecond),
      fanOut10: perRound(timesFanOut1(10)),
      fanOut100: perRound(timesFanOut1(100)),
      burst: burst.acceptedPerSecond / floor.eventsPerSecond,
      latency: steady.acceptToReceiver.p50 / steady.startToActivity.p50,
    },
  };
}

export function fromFanOuts<T>(of: (fanOut: FanOut) => T): Record<FanOut, T> {
  return { 1: of(1), 10: of(10), 100: of(100) };
}

function medianOf(throughputs: readonly Throughput[]): Throughput {
  const names = Object.keys(throughputs[0]?.cpuMsPerEvent ?? {});
  return {
    eventsPerSecond: median(throughputs.map(({ eventsPerSecond }) => eventsPerSecond)),
    cpuMsPerEvent: Object.fromEntries(
      names.map((name) => [
        name,
        median(throughputs.map(({ cpuMsPerEvent }) => cpuMsPerEvent[name] ?? Number.NaN)),
      ]),
    ),
  };
}

function spreadOf(values: readonly number[]): Spread {
  return { p50: percentile(values, 0.5), p99: percentile(values, 0.99) };
}
