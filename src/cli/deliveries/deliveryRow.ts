import { paintState } from '../paint.js';
import type { Terminal } from '../terminal.js';
import type { DeliverySummary } from './listDeliveries.js';

export const deliveryTitles = [
  'DELIVERY',
  'STATE',
  'ATTEMPTS',
  'LAST ANSWER',
  'TYPE',
  'TENANT',
  'ACCEPTED',
];

/** A line of a list of deliveries. */
export function deliveryRow(delivery: DeliverySummary, terminal: Terminal): string[] {
  const { id, state, eventType, tenant, createdAt } = delivery;
  return [
    id,
    paintState(terminal, state),
    attemptsText(delivery),
    delivery.lastAnswer ?? '',
    eventType,
    tenant,
    createdAt,
  ];
}

/** `3 of 10`, and from the second round on `1 of 10, round 2`. */
export function attemptsText({ attemptCount, attemptsAllowed, round }: DeliverySummary): string {
  const attempts = `${attemptCount} of ${attemptsAllowed}`;
  return round === 1 ? attempts : `${attempts}, round ${round}`;
}
