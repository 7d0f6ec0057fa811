import type { z } from 'zod';
import { showId } from '../domain/ids.js';
import type { RecordedAttempt, DeliveryRecord } from '../store/readDeliveries.js';
import type { BatchProgress } from '../store/readBatches.js';
import type { ApiDeps } from './apiDeps.js';
import { isoOrNull } from './isoOrNull.js';
import { linkWorkflow } from './linkWorkflow.js';
import type { WorkflowLink } from './schemas/workflowLink.js';
import { showBatchProgress } from './showBatch.js';
import type { AttemptShown, deliveryShown, deliverySummary } from './schemas/deliverySchemas.js';

export function showDelivery(record: DeliveryRecord): z.output<typeof deliverySummary> {
  // A queued one waits for its endpoint; what is due then is no attempt.
  const attemptIsDue = record.state === 'pending' || record.state === 'retrying';
  return {
    id: showId('delivery', record.id),
    eventId: showId('event', record.eventId),
    endpointId: showId('endpoint', record.endpointId),
    tenant: record.tenant,
    eventType: record.eventType,
    format: record.format,
    orderingKey: record.orderingKey === '' ? null : record.orderingKey,
    orderingNumber: record.orderingNumber,
    blocksOrder: record.blocksOrder,
    state: record.state,
    reason: record.reason,
    round: record.round,
    attemptCount: record.attemptCount,
    attemptsAllowed: record.attemptsAllowed,
    nextAttemptAt: attemptIsDue ? isoOrNull(record.dueAt) : null,
    lastAnswer: record.lastAnswer,
    expiresAt: isoOrNull(record.expiresAt),
    createdAt: record.createdAt.toISOString(),
    finishedAt: isoOrNull(record.finishedAt),
  };
}

/** A delivery with its attempts and a link to its workflow. */
export function showDeliveryWhole(
  record: DeliveryRecord,
  { attempts, progress }: { attempts: readonly RecordedAttempt[]; progress: BatchProgress | null },
  deps: Pick<ApiDeps, 'temporalUi' | 'settings'>,
): z.output<typeof deliveryShown> {
  return {
    ...showDelivery(record),
    attempts: attempts.map(showAttempt),
    batches: progress && showBatchProgress(progress),
    workflow: workflowLink(record, { isInBatches: progress !== null }, deps),
  };
}

function showAttempt(attempt: RecordedAttempt): AttemptShown {
  const { lateOutcome, lateStatus, lateFailure, lateAt } = attempt;
  return {
    id: showId('attempt', attempt.id),
    round: attempt.round,
    number: attempt.number,
    outcome: attempt.outcome,
    status: attempt.status,
    failure: attempt.failure,
    startedAt: attempt.startedAt.toISOString(),
    durationMs: attempt.durationMs,
    responseHeaders: attempt.responseHeaders,
    responseBody: attempt.responseBody,
    responseTruncated: attempt.responseTruncated,
    late:
      lateOutcome === null || lateAt === null
        ? null
        : {
            outcome: lateOutcome,
            status: lateStatus,
            failure: lateFailure,
            at: lateAt.toISOString(),
          },
  };
}

/**
 * The first round runs in the event's workflow, later ones each in one of the delivery's own; batches in one for all
 * rounds. What is queued is its endpoint's, whose workflow sends it.
 */
function workflowLink(
  { id, eventId, endpointId, round, state }: DeliveryRecord,
  { isInBatches }: { isInBatches: boolean },
  deps: Pick<ApiDeps, 'temporalUi' | 'settings'>,
): WorkflowLink {
  if (isInBatches) return linkWorkflow('deliverBatches', id, deps);
  if (state === 'queued') return linkWorkflow('drainEndpoint', endpointId, deps);
  return round === 1
    ? linkWorkflow('deliverEvent', eventId, deps)
    : linkWorkflow('redeliver', id, deps);
}
