import type { AttemptRequest, DeliveryReport } from '../src/contract/activities.js';
import { maxAttemptsAtOncePerEvent } from '../src/domain/limits.js';
import { attemptTogether, localActivities } from './activityProxies.js';
import { fairForOwnTenant } from './fairForOwnTenant.js';

/** What one activity was asked for, and its reports, in the same order. */
export interface AskedAttempts {
  of: readonly DeliveryReport[];
  made: Promise<DeliveryReport[]>;
}

/**
 * Asks for the next attempt of each. On the queue `attempts` one activity makes up to 32 of them: one activity each costs
 * 32 ms of CPU, so that an event for a hundred endpoints that hang kept two cores busy for more than a second, and
 * everybody else waited. All are reported when the slowest is done, as first attempts are; what may take minutes is made
 * in an activity of its own. Tenants take turns on that queue.
 */
export function makeAttempts(due: readonly DeliveryReport[]): AskedAttempts[] {
  const local = due.filter(({ lane }) => lane === 'local');
  const onQueue = due.filter(({ lane }) => lane === 'attempts');
  const alone = onQueue.filter(({ takesLong }) => takesLong === true);
  const together = onQueue.filter(({ takesLong }) => takesLong !== true);
  return [
    ...local.map((report) => ({ of: [report], made: makeLocally(report) })),
    ...[...alone.map((report) => [report]), ...inGroups(together)].map((of) => ({
      of,
      made: makeOnQueue(of),
    })),
  ];
}

async function makeLocally(report: DeliveryReport): Promise<DeliveryReport[]> {
  return [await localActivities.attempt(requestOf(report))];
}

async function makeOnQueue(reports: readonly DeliveryReport[]): Promise<DeliveryReport[]> {
  const options = { summary: summaryOf(reports), ...fairForOwnTenant() };
  return await attemptTogether.executeWithOptions(options, [reports.map(requestOf)]);
}

function summaryOf(reports: readonly DeliveryReport[]): string {
  const [first, ...more] = reports;
  if (first === undefined || more.length > 0) return `attempts of ${reports.length} deliveries`;
  return `attempt ${first.attemptCount + 1} of ${first.attemptsAllowed}, ${first.deliveryId}`;
}

function requestOf({ deliveryId, round, attemptCount }: DeliveryReport): AttemptRequest {
  return { deliveryId, round, number: attemptCount + 1 };
}

function inGroups(reports: readonly DeliveryReport[]): DeliveryReport[][] {
  const size = maxAttemptsAtOncePerEvent;
  return Array.from({ length: Math.ceil(reports.length / size) }, (_, index) =>
    reports.slice(index * size, (index + 1) * size),
  );
}
