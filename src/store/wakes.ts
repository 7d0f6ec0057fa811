import { scopeCondition, type DeliveryScopeById } from './lookAtDeliveries.js';
import type { Queryable } from './pool.js';

/** The start of a statement that has deliveries looked at again, by their workflow or a new one. */
export const insertWakes = `INSERT INTO outbox (id, kind, subject_id, event_id, environment, tenant, event_type, endpoint_ids,
    import_name, available_at)
  SELECT gen_random_uuid(), CASE WHEN import_id IS NULL THEN 'redeliver' ELSE 'deliverBatches' END, id, event_id,
    environment, tenant, event_type, ARRAY[endpoint_id], (SELECT name FROM imports i WHERE i.id = import_id), now()`;

/**
 * The start of one that has something looked at that is about no single event: the outbox row of a drain, as
 * `wake_drains` in the migration writes it, or of a recovery. `subject` and `endpoints` are columns of what follows, which
 * has its environment and tenant, too.
 */
export function insertWakesOf(
  kind: 'drainEndpoint' | 'recover',
  { subject, endpoints }: { subject: string; endpoints: string },
): string {
  return `INSERT INTO outbox (id, kind, subject_id, environment, tenant, endpoint_ids, available_at)
  SELECT gen_random_uuid(), '${kind}', ${subject}, environment, tenant, ${endpoints}, now()`;
}

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

/** The same, and has drains that run look at once. */
export async function wakeDrains(db: Queryable, endpointIds: readonly string[]): Promise<void> {
  await db.query('SELECT want_drains($1::uuid[]), wake_drains($1::uuid[])', [endpointIds]);
}

/** Has drains look at once, or new ones started, at what is in their queues already; whoever locks deliveries may call it. */
export async function hurryDrains(db: Queryable, endpointIds: readonly string[]): Promise<void> {
  await db.query('SELECT wake_drains($1::uuid[])', [endpointIds]);
}

/** Has those drains look at once that run. */
export async function wakeRunningDrains(
  db: Queryable,
  endpointIds: readonly string[],
): Promise<void> {
  if (endpointIds.length === 0) return;
  await db.query(
    `SELECT wake_drains(array_agg(endpoint_id)) FROM endpoint_queue
     WHERE endpoint_id = ANY ($1::uuid[]) AND due_at IS NOT NULL`,
    [endpointIds],
  );
}

/** Has a recovery go on, or end, by its workflow or a new one; in the transaction that made or changed it. */
export async function wakeRecovery(db: Queryable, recoveryId: string): Promise<void> {
  await db.query(
    `${insertWakesOf('recover', { subject: 'id', endpoints: "coalesce(endpoint_ids, '{}')" })}
     FROM recoveries WHERE id = $1`,
    [recoveryId],
  );
}
