import { maxFairnessKeyLength } from '../src/domain/limits.js';

/** Has a task queue shared out by tenant. A tenant's id is ASCII: its characters are the bytes that the server counts. */
export function fairFor(tenant: string): { priority: { fairnessKey: string } } {
  return { priority: { fairnessKey: tenant.slice(0, maxFairnessKeyLength) } };
}
