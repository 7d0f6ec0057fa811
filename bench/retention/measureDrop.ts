import { setTimeout as sleep } from 'node:timers/promises';
import { dayTables } from '../../src/store/dayTables.js';
import { dropDays, firstDayKept } from '../../src/store/dropDays.js';
import type { Pool } from '../../src/store/pool.js';
import type { EventLoad } from '../load/eventLoad.js';
import { monotonicMs } from '../measure/monotonicMs.js';
import { percentile } from '../measure/percentile.js';
import { daysFilled, daysWhole } from './fillDays.js';

const phaseMs = 20_000;
const eventsPerSecond = 100;
const tenant = 'accepting';

export interface DropFigures {
  /** Each of the days, all its tables. */
  dropMs: number[];
  accept: Record<'quiet' | 'dropping', { p50: number; p99: number; max: number }>;
}

/** What dropping days costs, and what accepting takes meanwhile, beside quiet. */
export async function measureDrop(pool: Pool, load: EventLoad): Promise<DropFigures> {
  const quiet = await acceptFor(load, async () => undefined);
  const dropMs: number[] = [];
  const dropping = await acceptFor(load, async () => {
    for (let kept = daysFilled - 1; kept >= daysFilled - daysWhole; kept -= 1) {
      const before = await firstDayKept(pool, kept);
      const startedAtMs = monotonicMs();
      await dropDays(pool, dayTables, before, new AbortController().signal);
      dropMs.push(monotonicMs() - startedAtMs);
      await sleep(phaseMs / (daysWhole + 1));
    }
  });
  return { dropMs, accept: { quiet, dropping } };
}

/** Submits events at a steady rate for a phase, and as long as the work takes. */
async function acceptFor(
  load: EventLoad,
  work: () => Promise<void>,
): Promise<DropFigures['accept']['quiet']> {
  const durations: number[] = [];
  const sent: Promise<void>[] = [];
  const worked = work();
  const beganAtMs = monotonicMs();
  for (let n = 0; n < (phaseMs / 1_000) * eventsPerSecond; n += 1) {
    const dueInMs = beganAtMs + (n * 1_000) / eventsPerSecond - monotonicMs();
    if (dueInMs > 0) await sleep(dueInMs);
    const one = load.send(tenant);
    sent.push(
      one.then(({ sentAtMs, acceptedAtMs }) => void durations.push(acceptedAtMs - sentAtMs)),
    );
  }
  await Promise.all([...sent, worked]);
  return {
    p50: percentile(durations, 0.5),
    p99: percentile(durations, 0.99),
    max: percentile(durations, 1),
  };
}
