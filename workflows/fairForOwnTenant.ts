import { workflowInfo } from '@temporalio/workflow';
import { searchAttributes } from '../src/contract/searchAttributes.js';
import { maxFairnessKeyLength } from '../src/domain/limits.js';

/**
 * Has a task queue shared out by tenant. A tenant's id is ASCII: its characters are the bytes that the server counts. A
 * workflow that somebody started without search attributes shares with its like.
 */
export function fairForOwnTenant(): { priority: { fairnessKey: string } } {
  const tenant = workflowInfo().typedSearchAttributes.get(searchAttributes.tenant) ?? '';
  return { priority: { fairnessKey: tenant.slice(0, maxFairnessKeyLength) } };
}
