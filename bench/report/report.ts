import { noProcReason } from '../measure/cpuMs.js';
import { fanOuts, type Figures } from './figures.js';
import { rounded, table } from './table.js';
import type { Target } from './targets.js';

/** The short table: throughputs with CPU, latencies, burst, targets. */
export function report(figures: Figures, targets: readonly Target[]): string {
  const cpuNote = noProcReason === null ? [] : [`CPU: not measured. ${noProcReason}.`];
  return [
    throughputTable(figures),
    ...cpuNote,
    latencyTable(figures),
    burstLines(figures),
    targetsTable(targets),
  ].join('\n\n');
}

/** Each target with its figure, and whether it is reached. */
export function targetsTable(targets: readonly Target[]): string {
  return table([
    ['target', 'figure', 'to reach', ''],
    ...targets.map(({ name, figure, target, reached }) => [
      name,
      figure,
      target,
      reached ? 'reached' : 'NOT reached',
    ]),
  ]);
}

function throughputTable({ floor, fanOut }: Figures): string {
  const cpuOf = ({ cpuMsPerEvent }: Figures['floor']): number[] =>
    ['floor', 'service', 'temporal', 'postgres', 'receiver'].map(
      (name) => cpuMsPerEvent[name] ?? Number.NaN,
    );
  return table([
    [
      ...['', 'events/s', 'deliveries/s', 'CPU ms/event: floor', 'service', 'temporal'],
      ...['postgres', 'receiver'],
    ],
    ['floor', floor.eventsPerSecond, Number.NaN, ...cpuOf(floor)],
    ...fanOuts.map((n) => [
      `fan-out ${n}`,
      fanOut[n].eventsPerSecond,
      n * fanOut[n].eventsPerSecond,
      ...cpuOf(fanOut[n]),
    ]),
  ]);
}

function latencyTable({ steady }: Figures): string {
  return table([
    ['at a steady 20 events/s, ms', 'p50', 'p99'],
    ['accept', steady.accept.p50, steady.accept.p99],
    ['accept to receiver', steady.acceptToReceiver.p50, steady.acceptToReceiver.p99],
    ['floor: start to activity', steady.startToActivity.p50, steady.startToActivity.p99],
  ]);
}

function burstLines({ burst }: Figures): string {
  return table([
    [`a burst of ${burst.events} events`, ''],
    ['accepted events/s', burst.acceptedPerSecond],
    ['delivered while it was accepted', burst.deliveredMeanwhile],
    ['delivered events/s after', burst.deliveredPerSecondAfter],
  ]);
}

/** One line of JSON with rounded numbers; what wasn't measured is null. */
export function jsonLine(result: unknown): string {
  return JSON.stringify(result, (_key, value: unknown) =>
    typeof value === 'number' && !Number.isNaN(value) ? rounded(value) : value,
  );
}
