import { ApplicationFailure } from '@temporalio/workflow';
import type { DeliveryReport } from '../src/contract/activities.js';
import { roundUsedUp } from '../src/contract/temporal.js';
import { summaryLine } from '../src/domain/describeDelivery.js';
import type { DeliveryState } from '../src/domain/words.js';
import { hasFailedHere } from './progress.js';

/** How a delivery stood when its workflow ended. */
export interface DeliveryOutcome {
  deliveryId: string;
  state: DeliveryState;
  lastAnswer: string | null;
}

/** So that the message stays readable; the failure's details list all. */
const maxNamed = 5;

/** What a workflow returns; thrown, as the details of its failure, where a delivery used up its round. */
export function outcomesOf(reports: readonly DeliveryReport[]): DeliveryOutcome[] {
  const outcomes = reports.map(({ deliveryId, state, lastAnswer }) => ({
    deliveryId,
    state,
    lastAnswer,
  }));
  const failed = reports.filter(hasFailedHere);
  if (failed.length === 0) return outcomes;
  const expired = failed.filter(({ timing }) => timing === 'expired');
  const usedUp = failed.filter((report) => !expired.includes(report));
  throw ApplicationFailure.create({
    type: roundUsedUp,
    message: [
      ...named('Used up all attempts', usedUp),
      ...named('Expired before it was delivered', expired),
      `In all ${summaryLine(reports)}.`,
    ].join(' '),
    nonRetryable: true,
    details: [outcomes],
  });
}

function named(what: string, reports: readonly DeliveryReport[]): string[] {
  if (reports.length === 0) return [];
  const names = reports
    .slice(0, maxNamed)
    .map(({ deliveryId, lastAnswer }) => `${deliveryId} (last answer ${lastAnswer ?? 'none'})`);
  const more = reports.length > maxNamed ? [`${reports.length - maxNamed} more`] : [];
  return [`${what}: ${[...names, ...more].join(', ')}.`];
}
