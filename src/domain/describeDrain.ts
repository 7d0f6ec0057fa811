import { timeText } from './describeDelivery.js';
import { maxQueuedCounted } from './limits.js';

/**
 * What the drain of an endpoint does, or waits for. `down`: it is probed; `blocked`: in an order, what failed holds up the
 * rest; `waiting`: for a retry, or its rate.
 */
export const drainActivities = ['draining', 'down', 'blocked', 'waiting'] as const;
export type DrainActivity = (typeof drainActivities)[number];

/** The part of a report on a drain that an operator reads in the Temporal UI. */
export interface DescribedDrain {
  state: 'done' | DrainActivity;
  reason: string | null;
  /** Counted up to `maxQueuedCounted`. */
  queued: number;
  /** By this run. */
  attempts: number;
  delivered: number;
  lastAnswer: string | null;
  /** Null: somebody has to change something first. */
  nextLookAtMs: number | null;
}

/** `down, 3,120 queued, next probe at 14:05:10 UTC; 12 attempts, 0 delivered, last answer 503`. */
export function describeDrain(drain: DescribedDrain, nowMs: number): string {
  const last = drain.lastAnswer === null ? '' : `, last answer ${drain.lastAnswer}`;
  const made = `${count(drain.attempts)} attempts, ${count(drain.delivered)} delivered${last}`;
  return `${stateText(drain, nowMs)}; ${made}`;
}

function stateText({ state, reason, queued, nextLookAtMs }: DescribedDrain, nowMs: number): string {
  const many = queued >= maxQueuedCounted ? 'or more ' : '';
  const waiting = `${count(queued)} ${many}queued`;
  const next = nextLookAtMs === null ? '' : ` ${timeText(nextLookAtMs, nowMs)}`;
  const texts: Record<DescribedDrain['state'], string> = {
    done: reason === null ? 'done' : `done: ${reason}, ${waiting}`,
    down: `down, ${waiting}, next probe${next}`,
    blocked: `blocked by what failed, ${waiting}`,
    waiting: `${waiting}, the next is due${next}`,
    draining: `draining, ${waiting}`,
  };
  return texts[state];
}

function count(number: number): string {
  return number.toLocaleString('en-US');
}
