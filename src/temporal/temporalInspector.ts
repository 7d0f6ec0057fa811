import { Connection, isGrpcServiceError } from '@temporalio/client';
import proto from '@temporalio/proto';
import { searchAttributes } from '../contract/searchAttributes.js';
import { taskQueues } from '../contract/temporal.js';

const { IndexedValueType, TaskQueueType } = proto.temporal.api.enums.v1;
const callTimeoutMs = 5_000;
/** The status NOT_FOUND of gRPC. */
const notFound = 5;

/** Looks at a Temporal server and changes nothing. Every call throws if the server doesn't answer within 5 s. */
export interface TemporalInspector {
  hasNamespace(): Promise<boolean>;
  /** How long the namespace keeps what has ended, in seconds. */
  retentionSeconds(): Promise<number>;
  /** Those of ours that aren't registered, or with another type, as `tenant (KEYWORD)`. */
  unfitSearchAttributes(): Promise<string[]>;
  /** The task queues of ours that no worker polls; the server remembers one that was killed for five minutes. */
  desertedQueues(): Promise<string[]>;
  close(): Promise<void>;
}

export function createTemporalInspector(address: string, namespace: string): TemporalInspector {
  const connection = Connection.lazy({ address });
  const call = <T>(work: () => Promise<T>): Promise<T> =>
    connection.withDeadline(Date.now() + callTimeoutMs, work);
  return {
    hasNamespace: async () => await call(() => hasNamespace(connection, namespace)),
    retentionSeconds: async () => await call(() => retentionSeconds(connection, namespace)),
    unfitSearchAttributes: async () => await call(() => unfitAttributes(connection, namespace)),
    desertedQueues: async () => await call(() => desertedQueues(connection, namespace)),
    close: async () => await connection.close(),
  };
}

async function hasNamespace(connection: Connection, namespace: string): Promise<boolean> {
  try {
    await connection.workflowService.describeNamespace({ namespace });
    return true;
  } catch (error) {
    const status: number | null = isGrpcServiceError(error) ? error.code : null;
    if (status === notFound) return false;
    throw error;
  }
}

async function retentionSeconds(connection: Connection, namespace: string): Promise<number> {
  const { config } = await connection.workflowService.describeNamespace({ namespace });
  return Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0);
}

async function unfitAttributes(connection: Connection, namespace: string): Promise<string[]> {
  const { operatorService } = connection;
  const { customAttributes } = await operatorService.listSearchAttributes({ namespace });
  return Object.values(searchAttributes)
    .filter(
      ({ name, type }) => customAttributes[name] !== IndexedValueType[`INDEXED_VALUE_TYPE_${type}`],
    )
    .map(({ name, type }) => `${name} (${type})`);
}

async function desertedQueues(connection: Connection, namespace: string): Promise<string[]> {
  const kinds = {
    [taskQueues.workflows]: TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
    [taskQueues.attempts]: TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
    [taskQueues.batches]: TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
    [taskQueues.drain]: TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
  };
  const deserted: string[] = [];
  for (const [name, taskQueueType] of Object.entries(kinds)) {
    const taskQueue = { name };
    const request = { namespace, taskQueue, taskQueueType };
    const { pollers } = await connection.workflowService.describeTaskQueue(request);
    if (pollers.length === 0) deserted.push(name);
  }
  return deserted;
}
