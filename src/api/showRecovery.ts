import type { z } from 'zod';
import { showId, uuidTimeMs } from '../domain/ids.js';
import type { RecoveryRecord } from '../store/recoveries.js';
import type { ApiDeps } from './apiDeps.js';
import { isoOrNull } from './isoOrNull.js';
import { linkWorkflow } from './linkWorkflow.js';
import type { recoveryShown, recoverySummary } from './schemas/recoverySchemas.js';

/** As lists show it. */
export function showRecoverySummary(record: RecoveryRecord): z.output<typeof recoverySummary> {
  const { tenant, state, states, ratePerSecond, total, resent, skipped, cursor } = record;
  return {
    ...{ id: showId('recovery', record.id), tenant, state },
    endpointIds: record.endpointIds?.map((id) => showId('endpoint', id)) ?? null,
    types: record.eventTypes,
    since: isoOrNull(record.since),
    until: isoOrNull(record.until),
    ...{ states, ratePerSecond, total, resent, skipped },
    recoveredUntil: cursor === null ? null : new Date(uuidTimeMs(cursor)).toISOString(),
    createdAt: record.createdAt.toISOString(),
    finishedAt: isoOrNull(record.finishedAt),
  };
}

/** With the deliveries that it names, and a link to its workflow. */
export function showRecovery(
  record: RecoveryRecord,
  deps: Pick<ApiDeps, 'temporalUi' | 'settings'>,
): z.output<typeof recoveryShown> {
  return {
    ...showRecoverySummary(record),
    deliveryIds: record.deliveryIds?.map((id) => showId('delivery', id)) ?? null,
    workflow: linkWorkflow('recover', record.id, deps),
  };
}
