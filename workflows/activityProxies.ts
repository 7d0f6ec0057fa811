import { proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type { Activities } from '../src/contract/activities.js';
import { taskQueues } from '../src/contract/temporal.js';
import { defaultTimeoutMs, leaseMarginMs, maxTimeoutMs } from '../src/domain/limits.js';

/**
 * Our own systems' failures (Postgres away, worker killed) are retried here for ever and count as no attempt. The
 * receiver's failures come back as values, so no policy of Temporal's has a part in the retry schedule.
 */
const retry = { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '30s' } as const;

/** Waiting for a place, the attempt, recording: each bounded by less than this. */
const localTimeoutMs = defaultTimeoutMs + 3 * leaseMarginMs;

export const localActivities = proxyLocalActivities<Activities>({
  startToCloseTimeout: localTimeoutMs,
  retry,
});

export const { attempt: attemptOnQueue } = proxyActivities<Pick<Activities, 'attempt'>>({
  taskQueue: taskQueues.attempts,
  startToCloseTimeout: maxTimeoutMs + 3 * leaseMarginMs,
  heartbeatTimeout: '30s',
  retry,
});
