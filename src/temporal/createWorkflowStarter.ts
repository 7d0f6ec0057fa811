import {
  Client,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  type WorkflowOptions,
} from '@temporalio/client';
import proto from '@temporalio/proto';
import type { NativeConnection } from '@temporalio/worker';
import {
  batchSearchAttributes,
  endpointSearchAttributes,
  searchAttributesOf,
} from '../contract/searchAttributes.js';
import {
  signals,
  taskQueues,
  workflowId,
  workflowInput,
  type WorkflowType,
} from '../contract/temporal.js';
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
      return await bounded(() => starts[entry.kind](client, entry));
    },
    async isRunning(type, subjectId) {
      return await bounded(() => isRunning(client, workflowId(type, subjectId)));
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

/** True: eagerly started. */
type Start = (client: Client, entry: OutboxEntry) => Promise<boolean>;

const starts: Record<WorkflowType, Start> = {
  async deliverEvent(client, entry) {
    try {
      const { eagerlyStarted } = await client.workflow.start('deliverEvent', {
        ...optionsOf(entry),
        typedSearchAttributes: searchAttributesOf(aboutEvent(entry)),
        staticSummary: summaryOf(entry),
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
        requestEagerStart: true,
      });
      return eagerlyStarted;
    } catch (error) {
      if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
      throw error;
    }
  },
  /** Wakes the event's workflow if it runs, otherwise that of the delivery, which is started if need be. */
  async redeliver(client, entry) {
    const { eventId } = aboutEvent(entry);
    const target = { deliveryId: showId('delivery', entry.subjectId) };
    try {
      const running = client.workflow.getHandle(workflowId('deliverEvent', eventId));
      await running.signal(signals.lookAgain, target);
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
      await signalOrStart(client, entry, {
        typedSearchAttributes: searchAttributesOf(aboutEvent(entry)),
        staticSummary: summaryOf(entry),
        signalArgs: [target],
      });
    }
    return false;
  },
  async deliverBatches(client, entry) {
    const { eventType } = aboutEvent(entry);
    const { environment, tenant, importName, endpointIds } = entry;
    const [endpointId] = endpointIds;
    if (importName === null || endpointId === undefined) throw lacks(entry);
    const delivery = { environment, tenant, eventType, endpointId, importName };
    await signalOrStart(client, entry, {
      typedSearchAttributes: batchSearchAttributes(delivery),
      staticSummary: batchesSummary(eventType, tenant, importName),
    });
    return false;
  },
  async drainEndpoint(client, entry) {
    await signalOrStart(client, entry, {
      typedSearchAttributes: endpointSearchAttributes(entry),
      staticSummary: `what waits for ${showId('endpoint', entry.subjectId)} of ${entry.tenant}`,
    });
    return false;
  },
  async recover(client, entry) {
    await signalOrStart(client, entry, {
      typedSearchAttributes: endpointSearchAttributes(entry),
      staticSummary: `recovery for ${entry.tenant}`,
    });
    return false;
  },
};

/** Wakes the entry's workflow, which is started if need be. */
async function signalOrStart(
  client: Client,
  entry: OutboxEntry,
  options: Pick<WorkflowOptions, 'typedSearchAttributes' | 'staticSummary'> & {
    signalArgs?: object[];
  },
): Promise<void> {
  await client.workflow.signalWithStart(entry.kind, {
    ...optionsOf(entry),
    signalArgs: [],
    ...options,
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    signal: signals.lookAgain,
  });
}

function optionsOf({ kind, subjectId }: OutboxEntry): {
  taskQueue: string;
  workflowId: string;
  args: [string];
} {
  return {
    taskQueue: taskQueues.workflows,
    workflowId: workflowId(kind, subjectId),
    args: [workflowInput(kind, subjectId)],
  };
}

function aboutEvent(entry: OutboxEntry): Omit<OutboxEntry, 'event'> & {
  eventId: string;
  eventType: string;
} {
  const { event } = entry;
  if (event === null) throw lacks(entry);
  return { ...entry, eventId: event.id, eventType: event.type };
}

function summaryOf(entry: OutboxEntry): string {
  return staticSummary(aboutEvent(entry).eventType, entry.tenant, entry.endpointIds.length);
}

function lacks({ id, kind }: OutboxEntry): Error {
  return new Error(`The outbox row ${id} lacks what ${kind} needs.`);
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
