import { condition } from '@temporalio/workflow';
import type { DeliveryReport } from '../src/contract/activities.js';
import { attemptOnQueue, localActivities } from './activityProxies.js';
import { isWorkedOn, type Progress } from './progress.js';
import { idleWaitMs } from './waits.js';

/**
 * One delivery until it is final or queued: a durable timer until the next attempt is due, or a wake by a signal,
 * then that attempt. The schedule is the domain's; this loop waits as long as each report says. Returns with the
 * delivery open only where the run must continue as new.
 */
export async function retryLoop(first: DeliveryReport, progress: Progress): Promise<void> {
  let report = first;
  let idle = false;
  while (isWorkedOn(report)) {
    const waitMs = Math.max(report.waitMs, idle ? idleWaitMs : 0);
    if (waitMs > 0) {
      await condition(() => progress.shouldLook(report.deliveryId), waitMs, {
        summary: progress.describe(report.deliveryId),
      });
    }
    if (progress.mustContinueAsNew) return;
    progress.looked(report.deliveryId);
    const next = await attemptNext(report);
    idle = next.waitMs === 0 && next.lane === report.lane && sameAttempt(next, report);
    report = next;
    progress.note([report]);
  }
}

async function attemptNext(report: DeliveryReport): Promise<DeliveryReport> {
  const { deliveryId, round, attemptCount, lane } = report;
  const request = { deliveryId, round, number: attemptCount + 1, lane };
  return lane === 'local'
    ? await localActivities.attempt(request)
    : await attemptOnQueue.executeWithOptions(
        { summary: `attempt ${request.number} of ${report.attemptsAllowed}, ${deliveryId}` },
        [request],
      );
}

function sameAttempt(a: DeliveryReport, b: DeliveryReport): boolean {
  return a.round === b.round && a.attemptCount === b.attemptCount && a.state === b.state;
}
