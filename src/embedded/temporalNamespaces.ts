import { isGrpcServiceError, type Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';

const callTimeoutMs = 2_000;

/** Whether the server answers and has all of these namespaces. */
export async function hasNamespaces(
  connection: Connection,
  namespaces: readonly string[],
): Promise<boolean> {
  try {
    for (const namespace of namespaces) {
      await connection.withDeadline(Date.now() + callTimeoutMs, () =>
        connection.workflowService.describeNamespace({ namespace }),
      );
    }
    return true;
  } catch (error) {
    if (isGrpcServiceError(error)) return false;
    throw error;
  }
}

/** Sets how long finished workflows are kept. */
export async function setRetention(
  connection: Connection,
  namespaces: readonly string[],
  retentionHours: number,
): Promise<void> {
  const workflowExecutionRetentionTtl = msToTs(retentionHours * 3_600_000);
  for (const namespace of namespaces) {
    await connection.withDeadline(Date.now() + callTimeoutMs, () =>
      connection.workflowService.updateNamespace({
        namespace,
        config: { workflowExecutionRetentionTtl },
      }),
    );
  }
}
