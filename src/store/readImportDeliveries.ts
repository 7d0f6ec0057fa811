import type { Queryable } from './pool.js';
import { progressColumns, type BatchProgress } from './readBatches.js';

/** How far a delivery is that brings an import's rows. */
export interface ImportDelivery extends BatchProgress {
  /** The bare UUID. */
  endpointId: string;
  eventType: string;
  attemptCount: number;
  lastAnswer: string | null;
  dueAt: Date | null;
  reason: string | null;
}

/** Shown of one import; it may have as many as its types and its tenant's endpoints make. */
export const maxDeliveriesOfImport = 1_000;

/** Those of an import, by its bare UUID, oldest first, up to `maxDeliveriesOfImport`. */
export async function readImportDeliveries(
  db: Queryable,
  importId: string,
): Promise<ImportDelivery[]> {
  const { rows } = await db.query<ImportDelivery>(
    `SELECT ${progressColumns}, d.endpoint_id AS "endpointId", d.event_type AS "eventType",
       d.attempt_count AS "attemptCount", d.last_answer AS "lastAnswer", d.due_at AS "dueAt", d.reason
     FROM batch_runs r JOIN deliveries d ON d.id = r.delivery_id
     WHERE r.import_id = $1 ORDER BY d.id LIMIT ${maxDeliveriesOfImport}`,
    [importId],
  );
  return rows;
}
