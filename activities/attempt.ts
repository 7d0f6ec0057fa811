import { randomUUID } from 'node:crypto';
import { activityInfo, cancellationSignal, log } from '@temporalio/activity';
import type { Activities, AttemptRequest, DeliveryReport } from '../src/contract/activities.js';
import type { Claim } from '../src/delivery/claim.js';
import { StartPace } from '../src/delivery/startPace.js';
import { maxAttemptsAtOncePerEvent } from '../src/domain/limits.js';
import type { Lane } from '../src/domain/lane.js';
import {
  claimAttempt,
  isClaimed,
  releaseClaims,
  type StoredBody,
} from '../src/store/claimDeliveries.js';
import { lookAtDeliveries } from '../src/store/lookAtDeliveries.js';
import type { ActivityDeps } from './activityDeps.js';
import { currentRunId } from './currentRunId.js';
import { heartbeating } from './heartbeating.js';
import { makeInShare } from './makeInShare.js';
import { mapBounded } from './mapBounded.js';
import { sinceReported, type MadeReport } from './sinceReported.js';
import { bareId, unknownDelivery } from './subjectIds.js';

/**
 * Starts in the `attempts` lane of a worker. A hundred requests that were sent at once to receivers that hang time out at
 * once, and their records, reports and timers keep both cores busy for 0.4 s; a few at once still share their statements.
 */
const startPace = { atOnce: 5, everyMs: 50 };

/** Until one that failed beside others for our own sake is tried again. */
const failedWaitMs = 30_000;

/** Further attempts: one as a local activity, or several, in the `attempts` lane, as an ordinary one. */
export function createAttempt(deps: ActivityDeps): Pick<Activities, 'attempt' | 'attemptTogether'> {
  const { pool, attemptMaker } = deps;
  const pace = new StartPace(startPace);

  const claimed = async (
    { deliveryId: shownId, round, number }: AttemptRequest,
    madeIn: Lane,
  ): Promise<DeliveryReport | { claim: Claim; body: StoredBody | undefined }> => {
    const claimant = randomUUID();
    const claimedAtMs = Date.now();
    const deliveryId = bareId('delivery', shownId);
    const { deliveries, bodies } = await claimAttempt(pool, {
      claimant,
      deliveryId,
      round,
      number,
    });
    const [delivery] = deliveries;
    if (delivery === undefined) throw unknownDelivery(shownId);
    if (!isClaimed(delivery)) return attemptMaker.report(delivery);
    const { workflowType: workflow } = activityInfo();
    const claim = {
      delivery,
      claimant,
      claimedAtMs,
      runId: currentRunId(),
      workflow,
      lane: madeIn,
    };
    return { claim, body: bodies.get(delivery.format) };
  };

  return {
    async attempt(request) {
      const seen = await claimed(request, 'local');
      if ('deliveryId' in seen) return seen;
      const { claim, body } = seen;
      const report = attemptMaker.report(claim.delivery);
      if (report.lane === 'local') return await makeInShare(deps, claim, body);
      // Its endpoint has become slow since the workflow was told the lane.
      await releaseClaims(pool, claim.claimant, [claim.delivery.id]);
      return { ...report, waitMs: 0 };
    },
    async attemptTogether(requests) {
      const signal = cancellationSignal();
      const make = async (request: AttemptRequest): Promise<DeliveryReport> => {
        await pace.turn(signal);
        const seen = await claimed(request, 'attempts');
        return 'deliveryId' in seen ? seen : await attemptMaker.make(seen.claim, seen.body);
      };
      return await heartbeating(async () => {
        const made = await mapBounded(requests, maxAttemptsAtOncePerEvent, async (request) =>
          tried(request, () => make(request)),
        );
        return await reportsOf(deps, made, signal);
      });
    },
  };
}

type Made = MadeReport | { request: AttemptRequest; error: unknown };

async function tried(request: AttemptRequest, make: () => Promise<DeliveryReport>): Promise<Made> {
  try {
    const report = await make();
    return { report, reportedAtMs: Date.now() };
  } catch (error) {
    return { request, error };
  }
}

/**
 * One that fails for our own sake, as one whose body is gone, holds up none of the others: it is tried again later. Where
 * all fail, Temporal tries again.
 */
async function reportsOf(
  { pool, attemptMaker }: ActivityDeps,
  all: readonly Made[],
  signal: AbortSignal,
): Promise<DeliveryReport[]> {
  const noneIsMade = all.every((made) => 'error' in made);
  const reports: DeliveryReport[] = [];
  for (const made of all) {
    if ('report' in made) {
      reports.push(sinceReported(made));
      continue;
    }
    if (noneIsMade || signal.aborted) throw made.error;
    const { deliveryId } = made.request;
    log.error('an attempt could not be made; it is tried again', { deliveryId, err: made.error });
    const [row] = await lookAtDeliveries(pool, { deliveryId: bareId('delivery', deliveryId) });
    if (row === undefined) throw made.error;
    const report = attemptMaker.report(row);
    reports.push({ ...report, waitMs: Math.max(report.waitMs, failedWaitMs) });
  }
  return reports;
}
