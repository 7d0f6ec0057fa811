import { targetsTable } from '../report/report.js';
import { table } from '../report/table.js';
import { atMost, type Target } from '../report/targets.js';
import type { ListFigures } from './askLists.js';
import type { DropFigures } from './measureDrop.js';

export interface RetentionFigures {
  lists: ListFigures[];
  drop: DropFigures;
}

/** The tables, and what is to be reached. */
export function retentionReport({ lists, drop }: RetentionFigures): {
  text: string;
  targets: Target[];
} {
  const slowest = (of: 'first' | 'deep'): number => Math.max(...lists.map((list) => list[of].p99));
  const targets = [
    atMost('p99 of first pages, the slowest list, ms', slowest('first'), 50),
    atMost('p99 of deep pages, the slowest list, ms', slowest('deep'), 50),
    atMost('accept p99 while days are dropped, ms more than quiet', moreMs(drop), 100),
  ];
  return { text: [listTable(lists), dropTable(drop), targetsTable(targets)].join('\n\n'), targets };
}

function moreMs({ accept: { quiet, dropping } }: DropFigures): number {
  return Math.max(0, dropping.p99 - quiet.p99);
}

function listTable(lists: readonly ListFigures[]): string {
  return table([
    ['a page of 50, ms', 'first p50', 'p99', 'deep p50', 'p99'],
    ...lists.map(({ name, first, deep }) => [name, first.p50, first.p99, deep.p50, deep.p99]),
  ]);
}

function dropTable({ dropMs, accept: { quiet, dropping } }: DropFigures): string {
  return table([
    ['accepting 100 events/s, ms', 'p50', 'p99', 'longest'],
    ['quiet', quiet.p50, quiet.p99, quiet.max],
    [
      `while days are dropped, in ${dropMs.map((ms) => Math.round(ms)).join(', ')} ms`,
      ...[dropping.p50, dropping.p99, dropping.max],
    ],
  ]);
}
