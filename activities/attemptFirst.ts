import { randomUUID } from 'node:crypto';
import { activityInfo } from '@temporalio/activity';
import type { AttemptRequest, DeliveryReport, Subject } from '../src/contract/activities.js';
import type { Claim } from '../src/delivery/claim.js';
import { defaultTimeoutMs, maxAttemptsAtOncePerEvent } from '../src/domain/limits.js';
import { isTooLate } from '../src/delivery/attemptMaker.js';
import {
  claimFirstAttempts,
  isClaimed,
  releaseClaims,
  type SeenDelivery,
} from '../src/store/claimDeliveries.js';
import { lookAtDeliveries } from '../src/store/lookAtDeliveries.js';
import type { ActivityDeps } from './activityDeps.js';
import { currentRunId } from './currentRunId.js';
import { makeInShare } from './makeInShare.js';
import { mapBounded } from './mapBounded.js';
import { sinceReported } from './sinceReported.js';
import { bareId, unknownDelivery, unknownEvent } from './subjectIds.js';

/** The first attempts of all of an event's deliveries in one local activity, or that of one delivery. */
export function createAttemptFirst(
  deps: ActivityDeps,
  attempt: (request: AttemptRequest) => Promise<DeliveryReport>,
) {
  return async function attemptFirst(subject: Subject): Promise<DeliveryReport[]> {
    if ('deliveryId' in subject) return [await attemptDelivery(deps, subject.deliveryId, attempt)];
    const eventId = bareId('event', subject.eventId);
    let reports: DeliveryReport[] = [];
    try {
      reports = await attemptEvent(deps, eventId);
      if (reports.length === 0) throw unknownEvent(subject.eventId);
      return reports;
    } finally {
      deps.onFirstAttemptsMade(eventId, allFailed(reports));
    }
  };
}

/** Whether attempts were made, and none was a success. */
function allFailed(reports: readonly DeliveryReport[]): boolean {
  const attempted = reports.filter(({ attemptCount }) => attemptCount > 0);
  return attempted.length > 0 && attempted.every(({ state }) => state !== 'delivered');
}

async function attemptDelivery(
  { pool, attemptMaker }: ActivityDeps,
  shownId: string,
  attempt: (request: AttemptRequest) => Promise<DeliveryReport>,
): Promise<DeliveryReport> {
  const [row] = await lookAtDeliveries(pool, { deliveryId: bareId('delivery', shownId) });
  if (row === undefined) throw unknownDelivery(shownId);
  const report = attemptMaker.report(row);
  const { deliveryId, round, lane, state, waitMs, inBatches } = report;
  const isDue = state === 'pending' && waitMs === 0 && lane === 'local' && inBatches === undefined;
  return isDue ? await attempt({ deliveryId, round, number: 1 }) : report;
}

async function attemptEvent(deps: ActivityDeps, eventId: string): Promise<DeliveryReport[]> {
  const { pool, attemptMaker } = deps;
  const claimant = randomUUID();
  const claimedAtMs = Date.now();
  const runId = currentRunId();
  const { workflowType: workflow } = activityInfo();
  const { deliveries, bodies } = await claimFirstAttempts(pool, {
    claimant,
    eventId,
    maxTimeoutMs: defaultTimeoutMs,
    exceptEndpointIds: attemptMaker.slowEndpoints.list(claimedAtMs),
  });
  const tooLate: string[] = [];
  const attemptOne = async (delivery: SeenDelivery): Promise<DeliveryReport> => {
    if (!isClaimed(delivery)) return attemptMaker.report(delivery);
    const claim: Claim = { delivery, claimant, claimedAtMs, runId, workflow, lane: 'local' };
    if (isTooLate(claim)) {
      tooLate.push(delivery.id);
      // It waited for others of its event, whose receivers hang; perhaps its own does, too.
      return { ...attemptMaker.report(delivery), lane: 'attempts' };
    }
    return await makeInShare(deps, claim, bodies.get(delivery.format));
  };
  const made = await mapBounded(deliveries, maxAttemptsAtOncePerEvent, async (delivery) => ({
    report: await attemptOne(delivery),
    reportedAtMs: Date.now(),
  }));
  if (tooLate.length > 0) await releaseClaims(pool, claimant, tooLate);
  return made.map(sinceReported);
}
