import { scopeCondition, type DeliveryScopeById } from './lookAtDeliveries.js';
import type { Queryable } from './pool.js';

/** The start of a statement that has deliveries looked at again, by their workflow or a new one. */
export const insertWakes = `INSERT INTO outbox (id, kind, subject_id, event_id, environment, tenant, event_type, endpoint_ids,
    import_name, available_at)
  SELECT gen_random_uuid(), CASE WHEN import_id IS NULL THEN 'redeliver' ELSE 'deliverBatches' END, id, event_id,
    environment, tenant, event_type, ARRAY[endpoint_id], (SELECT name FROM imports i WHERE i.id = import_id), now()`;

/** Has one delivery looked at by its workflow, or by a new one; in the transaction that changed it. */
export async function wakeWorkflow(db: Queryable, deliveryId: string): Promise<void> {
  await db.query(`${insertWakes} FROM deliveries WHERE id = $1`, [deliveryId]);
}

/** The same of those of a scope that are sent in batches: their workflows are others than the one that changed them. */
export async function wakeBatches(db: Queryable, scope: DeliveryScopeById): Promise<void> {
  const { sql, values } = scopeCondition(scope, 1);
  await db.query(
    `${insertWakes} FROM deliveries d WHERE ${sql} AND d.import_id IS NOT NULL`,
    values,
  );
}

/** Has the queues of endpoints worked off, as far as they may be; in the transaction that queued something, or opened one. */
export async function wantDrains(db: Queryable, endpointIds: readonly string[]): Promise<void> {
  if (endpointIds.length === 0) return;
  await db.query('SELECT want_drains($1::uuid[])', [endpointIds]);
}

/** The same, and has a drain that runs look at once. */
export async function wakeDrain(db: Queryable, endpointId: string): Promise<void> {
  await db.query('SELECT want_drains($1::uuid[]), wake_drains($1::uuid[])', [[endpointId]]);
}

/** Has a drain look at once, or a new one started, of what is in its queue already; whoever locks deliveries may call it. */
export async function hurryDrain(db: Queryable, endpointId: string): Promise<void> {
  await db.query('SELECT wake_drains($1::uuid[])', [[endpointId]]);
}

/** Has those drains look at once that run. */
export async function wakeRunningDrains(
  db: Queryable,
  endpointIds: readonly string[],
): Promise<void> {
  if (endpointIds.length === 0) return;
  await db.query(
    'SELECT wake_drains(array_agg(endpoint_id)) FROM endpoint_queue WHERE endpoint_id = ANY ($1::uuid[]) AND due_at IS NOT NULL',
    [endpointIds],
  );
}

/** Has a recovery go on, or end, by its workflow or a new one; in the transaction that made or changed it. */
export async function wakeRecovery(db: Queryable, recoveryId: string): Promise<void> {
  await db.query(
    `INSERT INTO outbox (id, kind, subject_id, environment, tenant, endpoint_ids, available_at)
     SELECT gen_random_uuid(), 'recover', id, environment, tenant, coalesce(endpoint_ids, '{}'), now()
     FROM recoveries WHERE id = $1`,
    [recoveryId],
  );
}
