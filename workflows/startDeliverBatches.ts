import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { ParentClosePolicy, startChild } from '@temporalio/workflow';
import type { BatchedDelivery } from '../src/contract/activities.js';
import { batchSearchAttributes } from '../src/contract/searchAttributes.js';
import { workflowIdOf } from '../src/contract/temporal.js';
import { batchesSummary } from '../src/domain/imports/describeBatches.js';

/** Starts the workflow that sends a delivery's batches, which outlives this one. One that runs already is success. */
export async function startDeliverBatches(
  deliveryId: string,
  delivery: BatchedDelivery,
): Promise<void> {
  const { eventType, tenant, importName } = delivery;
  try {
    await startChild<(deliveryId: string) => Promise<unknown>>('deliverBatches', {
      args: [deliveryId],
      workflowId: workflowIdOf('deliverBatches', deliveryId),
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      parentClosePolicy: ParentClosePolicy.ABANDON,
      typedSearchAttributes: batchSearchAttributes(delivery),
      staticSummary: batchesSummary(eventType, tenant, importName),
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}
