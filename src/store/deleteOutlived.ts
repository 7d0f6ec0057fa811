import { chunkSize, inChunks } from './inChunks.js';
import type { DayBound } from './dropDays.js';
import type { Pool } from './pool.js';

/** Rows of each kind, in one go: 100,000; the rest waits for the next. */
const maxChunks = 100;

const firstMoment = `($1::date::timestamp AT TIME ZONE 'UTC')`;
const firstId = `lowest_uuid_at(${firstMoment})`;

/**
 * What belonged to days that are gone and is in no partition: how far batches were, recoveries and imports that have
 * ended, and endpoints that were deleted, or were for one event alone, with all that is theirs. `$1` is the first day
 * that is kept.
 */
const statements = [
  `DELETE FROM batch_runs WHERE delivery_id = ANY (ARRAY(
     SELECT delivery_id FROM batch_runs WHERE delivery_id < ${firstId} ORDER BY 1 LIMIT ${chunkSize}))`,
  `DELETE FROM recoveries WHERE id = ANY (ARRAY(
     SELECT id FROM recoveries WHERE id < ${firstId} AND state <> 'running' AND finished_at < ${firstMoment} ORDER BY 1 LIMIT ${chunkSize}))`,
  `DELETE FROM imports WHERE id = ANY (ARRAY(
     SELECT id FROM imports i WHERE id < ${firstId} AND rows_deleted AND greatest(completed_at, created_at) < ${firstMoment}
       AND NOT EXISTS (SELECT FROM batch_runs r WHERE r.import_id = i.id) ORDER BY 1 LIMIT ${chunkSize}))`,
  deleteEndpoints(`SELECT id FROM endpoints WHERE one_off AND id < ${firstId} ORDER BY id`),
  deleteEndpoints(`SELECT id FROM endpoints WHERE deleted_at < ${firstMoment}`),
];

function deleteEndpoints(which: string): string {
  return `WITH gone AS MATERIALIZED (${which} LIMIT ${chunkSize}),
   secrets AS (DELETE FROM endpoint_secrets WHERE endpoint_id IN (SELECT id FROM gone)),
   rotations AS (DELETE FROM secret_rotations WHERE endpoint_id IN (SELECT id FROM gone)),
   queues AS (DELETE FROM endpoint_queue WHERE endpoint_id IN (SELECT id FROM gone)),
   heads AS (DELETE FROM ordering_heads WHERE endpoint_id IN (SELECT id FROM gone))
   DELETE FROM endpoints WHERE id IN (SELECT id FROM gone)`;
}

/** Deletes what has outlived the days that it was of. */
export async function deleteOutlived(
  pool: Pool,
  { day }: DayBound,
  stopping: AbortSignal,
): Promise<void> {
  for (const statement of statements) {
    const next = async (): Promise<number> => (await pool.query(statement, [day])).rowCount ?? 0;
    await inChunks(maxChunks, next, stopping);
  }
}
