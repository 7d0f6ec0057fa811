import { setTimeout as sleep } from 'node:timers/promises';
import { isGrpcServiceError } from '@temporalio/client';
import type { NativeConnection } from '@temporalio/worker';

const withinMs = 2_000;

/**
 * Whether the server answers within 2 s. A deadline of the SDK's holds for each try alone, and it goes on trying for
 * about 10 s; what is still under way then ends by itself.
 */
export async function temporalAnswers(connection: NativeConnection): Promise<boolean> {
  const isOver = new AbortController();
  const tooLate = sleep(withinMs, false, { signal: isOver.signal }).catch(() => false);
  try {
    return await Promise.race([getSystemInfo(connection), tooLate]);
  } finally {
    isOver.abort();
  }
}

async function getSystemInfo(connection: NativeConnection): Promise<boolean> {
  try {
    await connection.withDeadline(Date.now() + withinMs, () =>
      connection.workflowService.getSystemInfo({}),
    );
    return true;
  } catch (error) {
    if (isGrpcServiceError(error)) return false;
    throw error;
  }
}
