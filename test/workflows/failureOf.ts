import { WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';

/** How a workflow fails; throws if it ends otherwise. */
export async function failureOf(handle: WorkflowHandle): Promise<ApplicationFailure> {
  const end = await handle.result().then(
    (result: unknown) => ({ result }),
    (error: unknown) => ({ error }),
  );
  const cause =
    'error' in end && end.error instanceof WorkflowFailedError ? end.error.cause : undefined;
  if (!(cause instanceof ApplicationFailure)) throw new Error('It did not fail', { cause: end });
  return cause;
}
