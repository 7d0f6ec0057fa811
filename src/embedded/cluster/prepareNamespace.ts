import { setTimeout as sleep } from 'node:timers/promises';
import { Connection, isGrpcServiceError } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import { registerSearchAttributes } from '../../temporal/registerSearchAttributes.js';
import { setRetention } from '../temporalNamespaces.js';

/** ALREADY_EXISTS of gRPC, as it begins the message; the numbers are an enumeration of a package that isn't ours. */
const alreadyExists = /^6 ALREADY_EXISTS/;
const callTimeoutMs = 5_000;
/** A new namespace is seen by all parts of the server after some seconds. */
const patienceMs = 60_000;
const pauseMs = 250;

/** Makes the namespace where it is not there yet, with its search attributes, and sets how long finished workflows are kept. */
export async function prepareNamespace(
  address: string,
  namespace: string,
  retentionHours: number,
): Promise<void> {
  const connection = Connection.lazy({ address });
  try {
    await patiently(async () => {
      await register(connection, namespace, retentionHours);
      await setRetention(connection, [namespace], retentionHours);
      await connection.withDeadline(Date.now() + callTimeoutMs, () =>
        registerSearchAttributes(connection, namespace),
      );
    });
  } finally {
    await connection.close();
  }
}

async function register(
  connection: Connection,
  namespace: string,
  retentionHours: number,
): Promise<void> {
  try {
    await connection.withDeadline(Date.now() + callTimeoutMs, () =>
      connection.workflowService.registerNamespace({
        namespace,
        workflowExecutionRetentionPeriod: msToTs(retentionHours * 3_600_000),
      }),
    );
  } catch (error) {
    if (!isGrpcServiceError(error) || !alreadyExists.test(error.message)) throw error;
  }
}

async function patiently(step: () => Promise<void>): Promise<void> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    try {
      return await step();
    } catch (error) {
      if (!isGrpcServiceError(error) || Date.now() > deadline) throw error;
      await sleep(pauseMs);
    }
  }
}
