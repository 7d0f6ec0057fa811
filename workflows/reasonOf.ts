import { ActivityFailure, ApplicationFailure } from '@temporalio/workflow';

/** What an activity refuses for good is told as the workflow's own failure: its message is what an operator reads. */
export function reasonOf(error: unknown): unknown {
  const isRefusal = error instanceof ActivityFailure && error.cause instanceof ApplicationFailure;
  return isRefusal ? error.cause : error;
}
