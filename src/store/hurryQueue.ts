import type { Queryable } from './pool.js';

/** Deliveries whose wait is ended at once; the rest waits as it would have. */
const maxHurried = 10_000;

/** An endpoint's next probe, and what waits in its queue for a retry, are due now. */
export async function hurryQueue(db: Queryable, endpointId: string): Promise<void> {
  await hurryProbes(db, [endpointId]);
  await endWaitsInQueue(db, endpointId);
}

/** What waits in an endpoint's queue for a retry is due now. */
export async function endWaitsInQueue(db: Queryable, endpointId: string): Promise<void> {
  await db.query(
    `UPDATE deliveries d SET due_at = now() FROM (
       SELECT id FROM deliveries WHERE endpoint_id = $1 AND state = 'queued' AND due_at > now()
       ORDER BY id LIMIT $2 FOR UPDATE
     ) waiting WHERE d.id = waiting.id`,
    [endpointId, maxHurried],
  );
}

/** Those endpoints that are down are asked now whether they are back. They are locked in one order everywhere. */
export async function hurryProbes(db: Queryable, endpointIds: readonly string[]): Promise<void> {
  await db.query(
    `UPDATE endpoints e SET next_probe_at = now() FROM (
       SELECT id FROM endpoints WHERE id = ANY ($1::uuid[]) AND circuit_opened_at IS NOT NULL ORDER BY id FOR UPDATE
     ) down WHERE e.id = down.id`,
    [endpointIds],
  );
}
