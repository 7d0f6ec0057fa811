import type { Actor } from '../../domain/audit.js';
import { showId } from '../../domain/ids.js';
import { maxRunningRecoveriesPerTenant } from '../../domain/limits.js';
import { Problem, type ProblemPart } from '../../domain/problem.js';
import type { TenantRef } from '../../domain/refs.js';
import { countRecoverable } from '../../store/findRecoverable.js';
import { newUuid } from '../../store/newUuid.js';
import { inTransaction, type Pool, type Queryable } from '../../store/pool.js';
import {
  countRunning,
  insertRecovery,
  type RecoveryDefinition,
  type RecoveryRecord,
} from '../../store/recoveries.js';
import { readOwnDeliveries, readOwnEndpoints } from '../../store/readOwn.js';
import { lockKnownTenant } from '../../store/tenants.js';
import { wakeRecovery } from '../../store/wakes.js';

/** Makes a recovery and has it started. Throws `invalid_request` for ids that aren't the tenant's, `recovery_limit`. */
export async function createRecovery(
  pool: Pool,
  tenant: TenantRef,
  definition: RecoveryDefinition,
  by: Actor,
): Promise<RecoveryRecord> {
  await refuseOthers(pool, tenant, definition);
  const recovery = { ...tenant, id: newUuid() };
  const total = await inTransaction(pool, (db) =>
    countRecoverable(db, { ...recovery, ...definition }),
  );
  return await inTransaction(pool, async (client) => {
    // So that two at once can't both be the last that is allowed.
    await lockKnownTenant(client, tenant);
    if ((await countRunning(client, tenant)) >= maxRunningRecoveriesPerTenant) {
      throw new Problem(
        'recovery_limit',
        `${maxRunningRecoveriesPerTenant} recoveries of the tenant are running.`,
      );
    }
    const record = await insertRecovery(client, recovery, { ...definition, total }, by);
    await wakeRecovery(client, record.id);
    return record;
  });
}

async function refuseOthers(
  db: Queryable,
  tenant: TenantRef,
  { endpointIds, deliveryIds }: RecoveryDefinition,
): Promise<void> {
  const endpoints = await readOwnEndpoints(db, tenant, endpointIds ?? []);
  const deliveries = await readOwnDeliveries(db, tenant, deliveryIds ?? []);
  const parts: ProblemPart[] = [
    ...(endpointIds ?? []).flatMap((id, index) => {
      if (endpoints.has(id)) return [];
      const detail = `There is no endpoint ${showId('endpoint', id)}, or it is not yours, or was deleted`;
      return [{ pointer: `/endpointIds/${index}`, detail }];
    }),
    ...(deliveryIds ?? []).flatMap((id, index) => {
      if (deliveries.has(id)) return [];
      const detail = `There is no delivery ${showId('delivery', id)}, or it is not yours`;
      return [{ pointer: `/deliveryIds/${index}`, detail }];
    }),
  ];
  const [first, ...more] = parts;
  if (first === undefined) return;
  const others = more.length === 0 ? '' : `, and ${more.length} more such`;
  throw new Problem('invalid_request', `${first.pointer}: ${first.detail}${others}.`, parts);
}
