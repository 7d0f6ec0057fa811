import type { Timing } from './timing.js';
import { type DeliveryState, isFinal } from './words.js';

/** The part of a delivery's report that an operator reads in the Temporal UI. */
export interface DescribedDelivery {
  /** The shown id, `dlv_…`. */
  deliveryId: string;
  state: DeliveryState;
  /** Attempts made in this round. */
  attemptCount: number;
  attemptsAllowed: number;
  lastAnswer: string | null;
  /** When the next attempt is due, or it expires before; null if no time is set. */
  nextAttemptAtMs: number | null;
  timing?: Timing;
}

/** So that the details stay far below the 20,000 bytes that a Temporal server takes. */
const maxDeliveriesListed = 20;

const summaryOrder = [
  'delivered',
  'pending',
  'retrying',
  'queued',
  'failed',
  'cancelled',
] as const satisfies readonly DeliveryState[];

/** `flow.end for acme, 3 endpoints`: below the 400 bytes that a summary may have, as both names are bounded by 128. */
export function staticSummary(eventType: string, tenant: string, endpointCount: number): string {
  return `${eventType} for ${tenant}, ${endpointCount} ${endpointCount === 1 ? 'endpoint' : 'endpoints'}`;
}

/** `2 delivered, 1 retrying, 1 failed`. */
export function summaryLine(deliveries: readonly Pick<DescribedDelivery, 'state'>[]): string {
  const counts = summaryOrder
    .map((state) => ({ state, count: deliveries.filter((one) => one.state === state).length }))
    .filter(({ count }) => count > 0)
    .map(({ state, count }) => `${count} ${state}`);
  return counts.length === 0 ? 'no deliveries' : counts.join(', ');
}

/** Markdown for a workflow's current details: the summary, then each open delivery, the next one due first. */
export function describeDeliveries(
  deliveries: readonly DescribedDelivery[],
  nowMs: number,
): string {
  const open = deliveries
    .filter(({ state }) => !isFinal(state))
    .sort((one, other) => dueOrder(one) - dueOrder(other));
  const summary = summaryLine(deliveries);
  if (open.length === 0) return summary;
  const lines = open
    .slice(0, maxDeliveriesListed)
    .map((one) => `- \`${one.deliveryId}\`: ${describeDelivery(one, nowMs)}`);
  const more = open.length - lines.length;
  if (more > 0) lines.push(`- and ${more} more`);
  return `${summary}\n\n${lines.join('\n')}`;
}

/** `attempt 3 of 10 at 14:05:10 UTC, last answer 503`; with the date where that is another day than `nowMs` (UTC). */
export function describeDelivery(delivery: DescribedDelivery, nowMs: number): string {
  const last = delivery.lastAnswer === null ? '' : `, last answer ${delivery.lastAnswer}`;
  if (delivery.state === 'failed' && delivery.timing === 'expired') return `expired${last}`;
  if (isFinal(delivery.state)) return `${delivery.state}${last}`;
  if (delivery.state === 'queued') return `waits for its endpoint${last}`;
  const attempt = `attempt ${delivery.attemptCount + 1} of ${delivery.attemptsAllowed}`;
  const time = timeText(delivery.nextAttemptAtMs, nowMs);
  if (delivery.timing === 'held') return `held back, ${attempt} ${time}`;
  if (delivery.timing === 'expiring') return `expires ${time}, before ${attempt}${last}`;
  return `${attempt} ${time}${last}`;
}

function dueOrder({ state, nextAttemptAtMs }: DescribedDelivery): number {
  // Finite, because the difference of two infinities is no number.
  return state === 'queued' ? Number.MAX_SAFE_INTEGER : (nextAttemptAtMs ?? 0);
}

/** `at 14:05:10 UTC`; `now` where that is over. */
export function timeText(atMs: number | null, nowMs: number): string {
  if (atMs === null || atMs <= nowMs) return 'now';
  const [day = '', time = ''] = new Date(atMs).toISOString().split(/[T.]/);
  const isToday = new Date(nowMs).toISOString().startsWith(day);
  return isToday ? `at ${time} UTC` : `on ${day} at ${time} UTC`;
}
