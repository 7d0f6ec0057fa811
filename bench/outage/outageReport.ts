import { median } from '../measure/percentile.js';
import { targetsTable } from '../report/report.js';
import { rounded, table } from '../report/table.js';
import { atLeast, atMost, type Target } from '../report/targets.js';
import type { FairnessFigures } from './measureFairness.js';
import type { OrderRound } from './measureOrder.js';
import type { OutageFigures } from './measureOutage.js';
import type { TrickleFigures } from './trickle.js';

export interface AllFigures {
  outage: OutageFigures;
  order: OrderRound[];
  fairness: FairnessFigures;
}

/** The tables, and what is to be reached. */
export function outageReport(figures: AllFigures): { text: string; targets: Target[] } {
  const targets = targetsOf(figures);
  const { outage, order, fairness } = figures;
  const text = [
    trickleTable(outage, fairness),
    `p99 while receivers hang, times quiet, in each round: ${fairness.ratios.map(rounded).join(' ')}`,
    outageTable(outage),
    `requests in each second from the first success on: ${outage.ramp.join(' ')}`,
    orderTable(order),
    targetsTable(targets),
  ].join('\n\n');
  return { text, targets };
}

function targetsOf({ outage, order, fairness }: AllFigures): Target[] {
  const { trickle, openWorkflows } = outage;
  const ofRounds = (ratio: (round: OrderRound) => number): number => median(order.map(ratio));
  return [
    atMost('open workflows of the endpoint, down', openWorkflows.whileDown, 1),
    atMost(
      'accept to receiver p99, outage, times accepting alone',
      p99(trickle.outage) / p99(trickle.accepting),
      1.5,
    ),
    atMost(
      'accept to receiver p99, draining, times quiet',
      p99(trickle.draining) / p99(trickle.quiet),
      3,
    ),
    atLeast('drained deliveries/s', outage.drainedPerSecond, 300),
    atLeast(
      'in order, one key, times the floor',
      ofRounds(({ oneKey, floor }) => oneKey / floor),
      0.5,
    ),
    atLeast(
      'in order, 100 keys, times the floor',
      ofRounds(({ manyKeys, floor }) => manyKeys / floor),
      1,
    ),
    atMost('accept to receiver p99, 100 hanging, times quiet', median(fairness.ratios), 1.5),
  ];
}

function p99({ acceptToReceiver }: TrickleFigures): number {
  return acceptToReceiver.p99;
}

function trickleTable({ trickle }: OutageFigures, { quiet, hanging }: FairnessFigures): string {
  const line = (name: string, figures: TrickleFigures): (string | number)[] => [
    ...[name, figures.events, figures.accept.p50, figures.accept.p99],
    ...[figures.acceptToReceiver.p50, figures.acceptToReceiver.p99],
    ...[figures.answerToReceiver.p50, figures.answerToReceiver.p99],
  ];
  return table([
    [
      ...['healthy endpoint, ms', 'events', 'accept p50', 'p99'],
      ...['accept to receiver p50', 'p99', 'answer to receiver p50', 'p99'],
    ],
    line('quiet', trickle.quiet),
    line('accepting for a paused endpoint', trickle.accepting),
    line('accepting for one that is down', trickle.outage),
    line('while that one is drained', trickle.draining),
    line('quiet, in turns with what follows', quiet),
    line('a hundred receivers hang', hanging),
  ]);
}

function outageTable(outage: OutageFigures): string {
  const { before, most, whileDown, after } = outage.openWorkflows;
  return table([
    [`${outage.events} events to an endpoint that is down`, ''],
    ['open workflows before', before],
    ['most while they came', most],
    ['when all had come and the first had handed over', whileDown],
    ['which took, s', rounded(outage.handedOverInMs / 1_000)],
    ['when all were delivered', after],
    [
      `attempts in the ${Math.round(outage.downForMs / 1_000)} s it was down`,
      outage.attemptsWhileDown,
    ],
    ['until its return was noticed, s', rounded(outage.untilNoticedMs / 1_000)],
    ['drained in, s', rounded(outage.drainedInMs / 1_000)],
    ['deliveries/s', rounded(outage.drainedPerSecond)],
  ]);
}

function orderTable(order: readonly OrderRound[]): string {
  const line = (name: string, of: keyof OrderRound): (string | number)[] => [
    name,
    ...order.map((round) => round[of]),
  ];
  return table([
    ['in order, deliveries/s', ...order.map((_, index) => `round ${index + 1}`)],
    line('floor', 'floor'),
    line('one key', 'oneKey'),
    line('100 keys', 'manyKeys'),
  ]);
}
