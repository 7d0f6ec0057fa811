import type { Queryable } from './pool.js';

/** Deliveries whose wait is ended at once; the rest waits as it would have. */
const maxHurried = 10_000;

/** An endpoint's next probe, and what waits in its queue for a retry, are due now. */
export async function hurryQueue(db: Queryable, endpointId: string): Promise<void> {
  await hurryProbe(db, endpointId);
  await endWaitsInQueue(db, endpointId);
}

/** What waits in an endpoint's queue for a retry is due now. */
export async function endWaitsInQueue(db: Queryable, endpointId: string): Promise<void> {
  await db.query(
    `UPDATE deliveries d SET due_at = now() FROM (
       SELECT id FROM deliveries WHERE endpoint_id = $1 AND state = 'queued' AND due_at > now() LIMIT $2 FOR UPDATE
     ) waiting WHERE d.id = waiting.id`,
    [endpointId, maxHurried],
  );
}

/** Whether the endpoint is back is asked now, if it is down. */
export async function hurryProbe(db: Queryable, endpointId: string): Promise<void> {
  await db.query(
    'UPDATE endpoints SET next_probe_at = now() WHERE id = $1 AND circuit_opened_at IS NOT NULL',
    [endpointId],
  );
}
