import { setTimeout as sleep } from 'node:timers/promises';
import { workflowIdOf, signals } from '../../src/contract/temporal.js';
import { monotonicMs } from '../measure/monotonicMs.js';
import { tell } from '../report/tell.js';
import { during } from './during.js';
import type { OutageStack } from './outageStack.js';
import {
  figuresOfTrickle,
  quietTrickle,
  withTrickle,
  type TrickleFigures,
  type TrickleLatencies,
} from './trickle.js';
import { untilLogged } from './untilLogged.js';

const downTenant = 'down';
/** Whose endpoint is paused. */
const heldTenant = 'held';

const quietMs = 40_000;
/** What two cores accept beside their other work. At twice the rate they are busy with accepting alone. */
const ratePerSecond = 500;
/**
 * The events come in so many parts, and after each of them as many for an endpoint that is paused: on a machine whose
 * neighbours come and go, only what is measured in the same minute, and for as long, can be compared.
 */
const parts = 10;
const handOverWithinMs = 180_000;
const countEveryMs = 2_000;
/** The search behind a count learns of an end a little later. */
const countSettlesMs = 5_000;

export interface OutageFigures {
  events: number;
  trickle: Record<'quiet' | 'accepting' | 'outage' | 'draining', TrickleFigures>;
  openWorkflows: { before: number; most: number; whileDown: number; after: number };
  attemptsWhileDown: number;
  /** From the last event's acceptance until one workflow alone is open. */
  handedOverInMs: number;
  downForMs: number;
  /** From the receiver's return to its first success. */
  untilNoticedMs: number;
  /** From that to the last. */
  drainedInMs: number;
  drainedPerSecond: number;
  /** Requests in each of the first seconds. */
  ramp: number[];
}

const rampSeconds = 15;

/** Many events to an endpoint that is down and comes back, beside a trickle to one that is well. */
export async function measureOutage(stack: OutageStack, events: number): Promise<OutageFigures> {
  const { load, failing, failingUrl } = stack;
  const endpointId = await load.makeEndpoint(downTenant, `${failingUrl}/down`);
  const quiet = await quietTrickle(stack, quietMs);
  await failing.call('forget');
  await failing.call('goDown');
  const before = await openWorkflows(stack);
  tell(`${events} events to an endpoint that is down`);
  const downAtMs = monotonicMs();
  const { accepting, outage, most } = await submitInParts(stack, events);
  const submittedAtMs = monotonicMs();
  await untilOneIsOpen(stack);
  const handedOverAtMs = monotonicMs();
  await sleep(countSettlesMs);
  const whileDown = await openWorkflows(stack);
  const { refused } = await failing.call('logged');
  tell('it is back');
  const backAtMs = monotonicMs();
  await failing.call('comeBack');
  // As an operator does in the Temporal UI: the next probe may be minutes away.
  const drain = stack.temporal.workflow.getHandle(workflowIdOf('drainEndpoint', endpointId));
  await drain.signal(signals.retryNow, {});
  const draining = await withTrickle(stack, () => untilLogged(stack, events));
  const { firstAtMs, lastAtMs, perSecond } = draining.result;
  await sleep(countSettlesMs);
  return {
    events,
    trickle: {
      quiet: figuresOfTrickle(quiet),
      accepting: figuresOfTrickle(...accepting),
      outage: figuresOfTrickle(...outage),
      draining: figuresOfTrickle(draining.latencies),
    },
    openWorkflows: { before, most, whileDown, after: await openWorkflows(stack) },
    attemptsWhileDown: refused,
    handedOverInMs: handedOverAtMs - submittedAtMs,
    downForMs: backAtMs - downAtMs,
    untilNoticedMs: firstAtMs - backAtMs,
    drainedInMs: lastAtMs - firstAtMs,
    drainedPerSecond: (events * 1_000) / (lastAtMs - firstAtMs),
    ramp: perSecond.slice(0, rampSeconds),
  };
}

async function submitInParts(
  stack: OutageStack,
  events: number,
): Promise<{ accepting: TrickleLatencies[]; outage: TrickleLatencies[]; most: number }> {
  const { load, failingUrl } = stack;
  const pausedId = await load.makeEndpoint(heldTenant, `${failingUrl}/held`);
  await load.pauseEndpoint(heldTenant, pausedId);
  const accepting: TrickleLatencies[] = [];
  const outage: TrickleLatencies[] = [];
  let most = 0;
  for (let part = 1; part <= parts; part += 1) {
    const submitted = await withTrickle(stack, () => submitCounting(stack, events / parts));
    outage.push(submitted.latencies);
    most = Math.max(most, submitted.result);
    accepting.push(await trickleWhileAccepting(stack, events / parts));
  }
  return { accepting, outage, most };
}

/**
 * The same submission, of which nothing is sent: the same rows are written, and nothing else happens. So what accepting
 * holds up is told apart from what the outage does.
 */
async function trickleWhileAccepting(stack: OutageStack, count: number): Promise<TrickleLatencies> {
  const submission = { tenant: heldTenant, count, ratePerSecond };
  const { latencies } = await withTrickle(stack, () =>
    stack.loader.call('runSteadily', submission),
  );
  return latencies;
}

/** The most workflows that were open at once. */
async function submitCounting(stack: OutageStack, count: number): Promise<number> {
  const submission = { tenant: downTenant, count, ratePerSecond };
  let most = 0;
  await during(stack.loader.call('runSteadily', submission), async () => {
    most = Math.max(most, await openWorkflows(stack));
    await sleep(countEveryMs);
  });
  return most;
}

/** What came before the circuit opened hands over to the queue. */
async function untilOneIsOpen(stack: OutageStack): Promise<void> {
  const deadlineMs = Date.now() + handOverWithinMs;
  for (;;) {
    const open = await openWorkflows(stack);
    if (open === 1) return;
    if (Date.now() > deadlineMs)
      throw new Error(`${open} workflows of the endpoint that is down are open`);
    await sleep(countEveryMs);
  }
}

async function openWorkflows({ temporal }: OutageStack): Promise<number> {
  const { count } = await temporal.workflow.count(
    `ExecutionStatus = 'Running' AND tenant = '${downTenant}'`,
  );
  return count;
}
