import {
  Client,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  type WorkflowOptions,
} from '@temporalio/client';
import proto from '@temporalio/proto';
import type { NativeConnection } from '@temporalio/worker';
import { batchSearchAttributes, searchAttributesOf } from '../contract/searchAttributes.js';
import { signals, taskQueues, workflowId, workflowInput } from '../contract/temporal.js';
import { staticSummary } from '../domain/describeDelivery.js';
import { showId } from '../domain/ids.js';
import { batchesSummary } from '../domain/imports/describeBatches.js';
import type { WorkflowStarter } from '../intake/dispatch/workflowStarter.js';
import type { OutboxEntry } from '../store/outbox.js';

/** For one try of a call; the SDK goes on trying for about 10 s. */
const callTimeoutMs = 10_000;

/** Starts and wakes workflows over the connection that the worker polls on, without which no start is eager. */
export function createWorkflowStarter(
  connection: NativeConnection,
  namespace: string,
): WorkflowStarter {
  const client = new Client({ connection, namespace });
  const bounded = <T>(call: () => Promise<T>): Promise<T> =>
    connection.withDeadline(Date.now() + callTimeoutMs, call);

  return {
    async start(entry) {
      const { deliveryId } = entry;
      if (deliveryId === null) return await bounded(() => startDeliverEvent(client, entry));
      const wake = entry.kind === 'deliverBatches' ? wakeDeliverBatches : redeliver;
      await bounded(() => wake(client, entry, deliveryId));
      return false;
    },
    async isWorkedOn({ eventId, deliveryId, inBatches }) {
      if (inBatches) {
        return await bounded(() => isRunning(client, workflowId('deliverBatches', deliveryId)));
      }
      return await bounded(
        async () =>
          (await isRunning(client, workflowId('deliverEvent', eventId))) ||
          (await isRunning(client, workflowId('redeliver', deliveryId))),
      );
    },
    async backlog() {
      return await bounded(() => readBacklog(connection, namespace));
    },
  };
}

async function startDeliverEvent(client: Client, entry: OutboxEntry): Promise<boolean> {
  try {
    const { eagerlyStarted } = await client.workflow.start('deliverEvent', {
      ...optionsOf(entry, workflowId('deliverEvent', entry.eventId)),
      args: [workflowInput('deliverEvent', entry.eventId)],
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      requestEagerStart: true,
    });
    return eagerlyStarted;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
    throw error;
  }
}

/** Wakes the event's workflow if it runs, otherwise that of the delivery, which is started if need be. */
async function redeliver(client: Client, entry: OutboxEntry, deliveryId: string): Promise<void> {
  const target = { deliveryId: showId('delivery', deliveryId) };
  try {
    const running = client.workflow.getHandle(workflowId('deliverEvent', entry.eventId));
    await running.signal(signals.lookAgain, target);
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    await client.workflow.signalWithStart('redeliver', {
      ...optionsOf(entry, workflowId('redeliver', deliveryId)),
      args: [workflowInput('redeliver', deliveryId)],
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      signal: signals.lookAgain,
      signalArgs: [target],
    });
  }
}

/** Wakes the workflow that sends a delivery's batches, which is started if need be. */
async function wakeDeliverBatches(
  client: Client,
  entry: OutboxEntry,
  deliveryId: string,
): Promise<void> {
  const { environment, tenant, eventType, importName, endpointIds } = entry;
  const [endpointId] = endpointIds;
  if (importName === null || endpointId === undefined) {
    throw new Error(`The outbox row ${entry.id} lacks what batches need.`);
  }
  const delivery = { environment, tenant, eventType, endpointId, importName };
  await client.workflow.signalWithStart('deliverBatches', {
    taskQueue: taskQueues.workflows,
    workflowId: workflowId('deliverBatches', deliveryId),
    typedSearchAttributes: batchSearchAttributes(delivery),
    staticSummary: batchesSummary(eventType, tenant, importName),
    args: [workflowInput('deliverBatches', deliveryId)],
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    signal: signals.lookAgain,
  });
}

async function isRunning(client: Client, id: string): Promise<boolean> {
  try {
    const { status } = await client.workflow.getHandle(id).describe();
    return status.name === 'RUNNING';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}

async function readBacklog(connection: NativeConnection, namespace: string): Promise<number> {
  const { stats } = await connection.workflowService.describeTaskQueue({
    namespace,
    taskQueue: { name: taskQueues.workflows },
    taskQueueType: proto.temporal.api.enums.v1.TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
    reportStats: true,
  });
  return Number(stats?.approximateBacklogCount ?? 0);
}

function optionsOf(
  entry: OutboxEntry,
  id: string,
): Pick<WorkflowOptions, 'typedSearchAttributes' | 'staticSummary'> & {
  taskQueue: string;
  workflowId: string;
} {
  return {
    taskQueue: taskQueues.workflows,
    workflowId: id,
    typedSearchAttributes: searchAttributesOf(entry),
    staticSummary: staticSummary(entry.eventType, entry.tenant, entry.endpointIds.length),
  };
}
