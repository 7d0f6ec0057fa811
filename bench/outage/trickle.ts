import { setTimeout as sleep } from 'node:timers/promises';
import type { AcceptedEvent } from '../load/eventLoad.js';
import { monotonicMs } from '../measure/monotonicMs.js';
import { percentile } from '../measure/percentile.js';
import { during } from './during.js';
import type { OutageStack } from './outageStack.js';

export const healthyTenant = 'healthy';

const ratePerSecond = 20;
const pollMs = 100;
/** For the last events of a phase. */
const patienceMs = 120_000;

/** Milliseconds of each event of a healthy endpoint. */
export interface TrickleLatencies {
  accept: number[];
  /** From sending the request to the receiver's receipt. */
  acceptToReceiver: number[];
  /** What is left of that when accepting, which all share, is taken off. */
  answerToReceiver: number[];
}

export interface TrickleFigures {
  events: number;
  accept: Spread;
  acceptToReceiver: Spread;
  answerToReceiver: Spread;
}

interface Spread {
  p50: number;
  p99: number;
}

/** Sends a steady trickle to the healthy endpoint for as long as the work takes, and waits for its last event. */
export async function withTrickle<T>(
  { load, healthy }: OutageStack,
  work: () => Promise<T>,
): Promise<{ result: T; latencies: TrickleLatencies }> {
  await healthy.call('forget');
  const sent: Promise<AcceptedEvent>[] = [];
  const result = await during(work(), async (startMs) => {
    sent.push(load.send(healthyTenant));
    await sleep(Math.max(0, startMs + (sent.length * 1_000) / ratePerSecond - monotonicMs()));
  });
  const events = await Promise.all(sent);
  const deadlineMs = Date.now() + patienceMs;
  for (;;) {
    const { deliveries } = await healthy.call('progress');
    if (deliveries === events.length) break;
    if (Date.now() > deadlineMs)
      throw new Error(`${deliveries} of ${events.length} events came to the healthy endpoint`);
    await sleep(pollMs);
  }
  const receipts = await healthy.call('firstReceipts');
  const receivedAtMs = (id: string): number => receipts[id] ?? Number.NaN;
  const latencies = {
    accept: events.map(({ sentAtMs, acceptedAtMs }) => acceptedAtMs - sentAtMs),
    acceptToReceiver: events.map(({ id, sentAtMs }) => receivedAtMs(id) - sentAtMs),
    answerToReceiver: events.map(({ id, acceptedAtMs }) => receivedAtMs(id) - acceptedAtMs),
  };
  return { result, latencies };
}

export async function quietTrickle(
  stack: OutageStack,
  durationMs: number,
): Promise<TrickleLatencies> {
  return (await withTrickle(stack, () => sleep(durationMs))).latencies;
}

export function figuresOfTrickle(...all: readonly TrickleLatencies[]): TrickleFigures {
  const spread = (of: keyof TrickleLatencies): Spread => {
    const values = all.flatMap((one) => one[of]);
    return { p50: percentile(values, 0.5), p99: percentile(values, 0.99) };
  };
  return {
    events: all.flatMap(({ accept }) => accept).length,
    accept: spread('accept'),
    acceptToReceiver: spread('acceptToReceiver'),
    answerToReceiver: spread('answerToReceiver'),
  };
}
