import type { DeliveryState } from '../domain/words.js';
import type { Queryable } from './pool.js';

/** How far a delivery is that brings an import's rows. */
export interface ImportDelivery {
  /** Bare UUIDs. */
  id: string;
  endpointId: string;
  eventType: string;
  state: DeliveryState;
  paused: boolean;
  /** Null: they are still being laid out. */
  batches: number | null;
  acknowledged: number;
  totalRows: number;
  acknowledgedRows: number;
  attemptCount: number;
  lastAnswer: string | null;
  dueAt: Date | null;
  reason: string | null;
}

/** More than any import has whose tenant has its endpoints subscribed to one type with rows each. */
export const maxDeliveriesOfImport = 1_000;

/** Those of an import, by its bare UUID, oldest first, up to `maxDeliveriesOfImport`. */
export async function readImportDeliveries(
  db: Queryable,
  importId: string,
): Promise<ImportDelivery[]> {
  const { rows } = await db.query<ImportDelivery>(
    `SELECT d.id, d.endpoint_id AS "endpointId", d.event_type AS "eventType", d.state,
       b.paused_at IS NOT NULL AS paused, b.batch_count AS batches, b.acknowledged, b.total_rows AS "totalRows",
       b.acknowledged_rows AS "acknowledgedRows", d.attempt_count AS "attemptCount", d.last_answer AS "lastAnswer",
       d.due_at AS "dueAt", d.reason
     FROM batch_runs b JOIN deliveries d ON d.id = b.delivery_id
     WHERE b.import_id = $1 ORDER BY d.id LIMIT ${maxDeliveriesOfImport}`,
    [importId],
  );
  return rows;
}
