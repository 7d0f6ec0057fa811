import type { Actor } from '../domain/audit.js';
import type { TenantRef } from '../domain/refs.js';
import type { FinalState } from '../domain/words.js';
import { createRecovery } from '../intake/recoveries/createRecovery.js';
import type { RecoveryRecord } from '../store/recoveries.js';
import type { ApiDeps } from './apiDeps.js';
import { bareId } from './bareId.js';

/** What a body says of the recovery that it asks for. */
interface RecoveryBody {
  endpointIds?: string[] | undefined;
  deliveryIds?: string[] | undefined;
  types?: string[] | undefined;
  /** Milliseconds since 1970. */
  since?: number | undefined;
  until?: number | undefined;
  states: FinalState[];
  ratePerSecond: number;
}

/** Makes the recovery that a request's body asks for, and has it started. */
export async function startRecovery(
  { pool }: Pick<ApiDeps, 'pool'>,
  tenant: TenantRef,
  body: RecoveryBody,
  by: Actor,
): Promise<RecoveryRecord> {
  const { endpointIds, deliveryIds, types, since, until, states, ratePerSecond } = body;
  const definition = {
    endpointIds: endpointIds?.map((id) => bareId('endpoint', id)) ?? null,
    deliveryIds: deliveryIds?.map((id) => bareId('delivery', id)) ?? null,
    eventTypes: types ?? null,
    since: since === undefined ? null : new Date(since),
    until: until === undefined ? null : new Date(until),
    ...{ states, ratePerSecond },
  };
  return await createRecovery(pool, tenant, definition, by);
}

/** Where a recovery is found, by its shown id. */
export function recoveryLocation({ tenant }: TenantRef, { id }: { id: string }): string {
  return `/v1/tenants/${tenant}/recoveries/${id}`;
}
