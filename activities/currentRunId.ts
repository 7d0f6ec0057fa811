import { activityInfo } from '@temporalio/activity';

/** The Temporal run that this activity belongs to. */
export function currentRunId(): string {
  const { workflowExecution } = activityInfo();
  if (workflowExecution === undefined) throw new Error('These activities run in workflows only.');
  return workflowExecution.runId;
}
