import type { RowChoice } from '../domain/imports/rowChoice.js';
import type { Queryable } from './pool.js';

/** Which rows of an import an event brings, and how many they are. */
export interface RowsBrought {
  choice: RowChoice;
  totalRows: number;
}

/** An event with its deliveries, by bare UUIDs. */
interface NotedEvent {
  id: string;
  /** Null: no import made it. */
  importId: string | null;
  /** Null: it brings no rows. */
  brings: RowsBrought | null;
  deliveries: { id: string; batchSize: number }[];
}

/**
 * Writes of events that imports made which import it was, and a batch run for each of their deliveries with rows; in
 * the transaction that accepts them. In a statement of its own, made only where there are any: the statement that
 * accepts stays as lean as it is.
 */
export async function noteImports(db: Queryable, events: readonly NotedEvent[]): Promise<void> {
  const made = events.filter(({ importId }) => importId !== null);
  if (made.length === 0) return;
  const runs = made.flatMap(({ importId, brings, deliveries }) =>
    brings === null
      ? []
      : deliveries.map(({ id, batchSize }) => ({ id, importId, ...brings, batchSize })),
  );
  await db.query(
    `WITH of_import AS (
       UPDATE events e SET import_id = made.import_id
       FROM unnest($1::uuid[], $2::uuid[]) AS made(id, import_id) WHERE e.id = made.id AND e.id = ANY ($1::uuid[])
     ),
     runs AS (
       SELECT * FROM json_to_recordset($3::json) AS x("id" uuid, "importId" uuid, "choice" text, "totalRows" integer,
         "batchSize" integer)
     ),
     with_rows AS (
       UPDATE deliveries d SET import_id = runs."importId"
       FROM runs WHERE d.id = runs."id" AND d.id = ANY ($4::uuid[])
     )
     INSERT INTO batch_runs (delivery_id, import_id, choice, total_rows, batch_size)
     SELECT "id", "importId", "choice", "totalRows", "batchSize" FROM runs`,
    [
      made.map(({ id }) => id),
      made.map(({ importId }) => importId),
      JSON.stringify(runs),
      runs.map(({ id }) => id),
    ],
  );
}
