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
