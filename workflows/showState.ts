import { upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import { searchAttributes, type ShownState } from '../src/contract/searchAttributes.js';

/**
 * Shows in its search attribute what a run does. Only where it changed: each change is written to the history and to the
 * server's index.
 */
export function showState(state: ShownState): void {
  const { typedSearchAttributes } = workflowInfo();
  if (typedSearchAttributes.get(searchAttributes.state) === state) return;
  upsertSearchAttributes([{ key: searchAttributes.state, value: state }]);
}
