import { isFreeSql } from './deliveryConditions.js';
import type { Queryable } from './pool.js';

export interface OverdueDelivery {
  id: string;
  eventId: string;
  /** It is sent in batches. */
  inBatches: boolean;
  /** Postgres's text of it: a `Date` would lose the microseconds, and with them its place in the order. */
  dueAt: string;
}

/** Deliveries that were due long ago, that nobody is sending and that no outbox row is about; oldest first. */
export async function readOverdueDeliveries(
  db: Queryable,
  input: { overdueMs: number; after: OverdueDelivery | null; limit: number },
): Promise<OverdueDelivery[]> {
  const { rows } = await db.query<OverdueDelivery>(
    `SELECT d.id, d.event_id AS "eventId", d.import_id IS NOT NULL AS "inBatches",
       d.due_at::text AS "dueAt"
     FROM deliveries d
     WHERE d.state IN ('pending', 'retrying') AND d.due_at < now() - make_interval(secs => $1::double precision / 1000)
       AND ${isFreeSql('d')}
       AND ($2::timestamptz IS NULL OR (d.due_at, d.id) > ($2, $3::uuid))
       AND NOT EXISTS (SELECT FROM outbox o WHERE o.event_id = d.event_id)
     ORDER BY d.due_at, d.id LIMIT $4`,
    [input.overdueMs, input.after?.dueAt ?? null, input.after?.id ?? null, input.limit],
  );
  return rows;
}
