import type { RowChoice } from '../domain/imports/rowChoice.js';
import type { Queryable } from './pool.js';

/** Which rows of an import an event brings, and how many they are. */
export interface RowsBrought {
  choice: RowChoice;
  totalRows: number;
}

/** An event with its deliveries, by bare UUIDs. */
interface MadeEvent {
  /** Null: no import made it. */
  importId: string | null;
  /** Null: it brings no rows. */
  brings: RowsBrought | null;
  traceParent: string | null;
  deliveries: { id: string; batchSize: number }[];
}

/**
 * Makes a batch run of each delivery that brings an import's rows, in the transaction that accepts their events. In a
 * statement of its own, made only where there are any: the statement that accepts stays as lean as it is.
 */
export async function insertBatchRuns(db: Queryable, events: readonly MadeEvent[]): Promise<void> {
  const runs = events.flatMap(({ importId, brings, traceParent, deliveries }) =>
    importId === null || brings === null
      ? []
      : deliveries.map(({ id, batchSize }) => ({
          id,
          importId,
          ...brings,
          batchSize,
          traceParent,
        })),
  );
  if (runs.length === 0) return;
  await db.query(
    `WITH runs AS (
       SELECT * FROM json_to_recordset($1::json) AS x("id" uuid, "importId" uuid, "choice" text, "totalRows" integer,
         "batchSize" integer, "traceParent" text)
     ),
     with_rows AS (
       UPDATE deliveries d SET import_id = runs."importId"
       FROM runs WHERE d.id = runs."id" AND d.id = ANY ($2::uuid[])
     )
     INSERT INTO batch_runs (delivery_id, import_id, choice, total_rows, batch_size, trace_parent)
     SELECT "id", "importId", "choice", "totalRows", "batchSize", "traceParent" FROM runs`,
    [JSON.stringify(runs), runs.map(({ id }) => id)],
  );
}
