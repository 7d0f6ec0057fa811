import { randomUUID } from 'node:crypto';
import { activityInfo } from '@temporalio/activity';
import type { AttemptRequest, DeliveryReport } from '../src/contract/activities.js';
import type { Lane } from '../src/domain/lane.js';
import { claimAttempt, isClaimed, releaseClaims } from '../src/store/claimDeliveries.js';
import type { ActivityDeps } from './activityDeps.js';
import { currentRunId } from './currentRunId.js';
import { heartbeating } from './heartbeating.js';
import { makeInShare } from './makeInShare.js';
import { bareId, unknownDelivery } from './subjectIds.js';

/** One further attempt, as a local activity or, in the `attempts` lane, as an ordinary one. */
export function createAttempt(deps: ActivityDeps) {
  const { pool, attemptMaker } = deps;
  return async function attempt(request: AttemptRequest): Promise<DeliveryReport> {
    const { round, number, lane } = request;
    const claimant = randomUUID();
    const claimedAtMs = Date.now();
    const deliveryId = bareId('delivery', request.deliveryId);
    const { deliveries, bodies } = await claimAttempt(pool, {
      claimant,
      deliveryId,
      round,
      number,
    });
    const [seen] = deliveries;
    if (seen === undefined) throw unknownDelivery(request.deliveryId);
    const report = attemptMaker.report(seen);
    if (!isClaimed(seen)) return report;

    const { isLocal, workflowType: workflow } = activityInfo();
    // Its endpoint has become slow since the workflow was told the lane.
    if (isLocal && report.lane !== lane) {
      await releaseClaims(pool, claimant, [deliveryId]);
      return { ...report, waitMs: 0 };
    }
    const runId = currentRunId();
    const madeIn: Lane = isLocal ? 'local' : 'attempts';
    const claim = { delivery: seen, claimant, claimedAtMs, runId, workflow, lane: madeIn };
    const body = bodies.get(seen.format);
    return isLocal
      ? await makeInShare(deps, claim, body)
      : await heartbeating(() => attemptMaker.make(claim, body));
  };
}
