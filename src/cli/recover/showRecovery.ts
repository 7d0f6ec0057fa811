import type { components } from '../../client/index.js';
import { describeRecovery } from '../../domain/describeRecovery.js';
import { factLines } from '../factLines.js';

export type Recovery = components['schemas']['Recovery'];
type Summary = components['schemas']['RecoverySummary'];

export const recoveryTitles = ['RECOVERY', 'STATE', 'RESENT', 'SKIPPED', 'OF', 'CREATED', 'ENDED'];

/** A line of a list of recoveries. */
export function recoveryRow(recovery: Summary): string[] {
  const { id, state, resent, skipped, total, createdAt, finishedAt } = recovery;
  return [id, state, `${resent}`, `${skipped}`, `${total ?? '?'}`, createdAt, finishedAt ?? ''];
}

/** As its workflow says it in the Temporal UI. */
export function progressText({ recoveredUntil, ...recovery }: Summary): string {
  const recoveredUntilMs = recoveredUntil === null ? null : Date.parse(recoveredUntil);
  return describeRecovery({ ...recovery, recoveredUntilMs });
}

/** A recovery for a person. */
export function showRecovery(recovery: Recovery): string {
  const { id, tenant, endpointIds, deliveryIds, types, since, until, states, workflow } = recovery;
  const lines = factLines([
    ['progress', progressText(recovery)],
    ['tenant', tenant],
    ['endpoints', endpointIds === null ? 'all' : endpointIds.join(', ')],
    ['deliveries', deliveryIds === null ? null : deliveryIds.join(', ')],
    ['types', types === null ? null : types.join(', ')],
    ['accepted', since === null && until === null ? null : `${since ?? '…'} to ${until ?? '…'}`],
    ['states', states.join(', ')],
    ['made', recovery.createdAt],
    ['ended', recovery.finishedAt],
    ['workflow', workflow.url ?? workflow.id],
  ]);
  return `${id}\n${lines}`;
}
