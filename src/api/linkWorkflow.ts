import { workflowId, type WorkflowType } from '../contract/temporal.js';
import type { ApiDeps } from './apiDeps.js';
import type { WorkflowLink } from './schemas/workflowLink.js';

/** The workflow that works on something, from its bare UUID. */
export function linkWorkflow(
  type: WorkflowType,
  subjectId: string,
  { temporalUi, settings }: Pick<ApiDeps, 'temporalUi' | 'settings'>,
): WorkflowLink {
  const id = workflowId(type, subjectId);
  const namespace = encodeURIComponent(settings.temporalNamespace);
  const path = `/namespaces/${namespace}/workflows/${encodeURIComponent(id)}`;
  return { id, url: temporalUi === null ? null : temporalUi + path };
}
