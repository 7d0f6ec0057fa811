import { proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type { Activities } from '../src/contract/activities.js';
import type { BatchActivities } from '../src/contract/batches.js';
import type { DrainActivities } from '../src/contract/drain.js';
import type { RecoveryActivities } from '../src/contract/recoveries.js';
import { taskQueues } from '../src/contract/temporal.js';
import { defaultTimeoutMs, leaseMarginMs, maxTimeoutMs } from '../src/domain/limits.js';

/**
 * Our own systems' failures (Postgres away, worker killed) are retried here for ever and count as no attempt. The
 * receiver's failures come back as values, so no policy of Temporal's has a part in the retry schedule.
 */
const retry = { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '30s' } as const;

/** Waiting for a place, the attempt, recording: each bounded by less than this. */
const localTimeoutMs = defaultTimeoutMs + 3 * leaseMarginMs;

export const localActivities = proxyLocalActivities<
  Omit<Activities, 'attemptTogether'> &
    Pick<BatchActivities, 'lookAtBatches' | 'writeBatchIntent'> &
    Pick<DrainActivities, 'hurryEndpoint'> &
    RecoveryActivities
>({
  startToCloseTimeout: localTimeoutMs,
  retry,
});

export const { attemptTogether } = proxyActivities<Pick<Activities, 'attemptTogether'>>({
  taskQueue: taskQueues.attempts,
  startToCloseTimeout: maxTimeoutMs + 3 * leaseMarginMs,
  heartbeatTimeout: '30s',
  retry,
});

/** A batch may take as long as an endpoint's time-out; before it and after it stand others of the same slice. */
const sliceTimeoutMs = 2 * maxTimeoutMs;
/** Where a million batches of one row are planned, each slice of them is told to Temporal. */
const planTimeoutMs = 3_600_000;

const batchQueue = {
  taskQueue: taskQueues.batches,
  heartbeatTimeout: '30s',
  retry,
} as const;

export const { sendBatches } = proxyActivities<Pick<BatchActivities, 'sendBatches'>>({
  ...batchQueue,
  startToCloseTimeout: sliceTimeoutMs,
});

/** A slice of a drain lasts half a minute, and then as long as the endpoint's time-out. */
export const { drain } = proxyActivities<Pick<DrainActivities, 'drain'>>({
  taskQueue: taskQueues.drain,
  heartbeatTimeout: '30s',
  retry,
  startToCloseTimeout: sliceTimeoutMs,
});

export const { planBatches } = proxyActivities<Pick<BatchActivities, 'planBatches'>>({
  ...batchQueue,
  startToCloseTimeout: planTimeoutMs,
});
