import { queueRetentionReason } from '../domain/queueRetention.js';
import { isFreeSql } from './deliveryConditions.js';
import { chunkSize, inChunks } from './inChunks.js';
import { letOrdersGoOn } from './orderingHeads.js';
import type { Pool } from './pool.js';
import { raiseDeliveryFailed } from './raiseEvents.js';

/** Of 1,000 deliveries, in one go; the rest waits for the next, so that other chores get their turn. */
const maxChunks = 100;

/** What is being sent by a drain has its lease, and ends as it will. */
const waitsTooLong = `state = 'queued' AND queued_at < now() - $1 * interval '1 hour'
  AND id < lowest_uuid_at(now() - $1 * interval '1 hour') AND ${isFreeSql('deliveries')}`;

const chunkSql = `WITH failed AS (
    UPDATE deliveries d SET state = 'failed', reason = $2, due_at = NULL, finished_at = now(),
      claimant = NULL, lease_until = NULL, failed_in_runs = array_append(d.failed_in_runs, 'continued')
    FROM (
      SELECT id FROM deliveries WHERE ${waitsTooLong} AND id = ANY (ARRAY(
        SELECT id FROM deliveries WHERE ${waitsTooLong} ORDER BY endpoint_id, state, id LIMIT ${chunkSize}))
      ORDER BY id FOR UPDATE) old
    WHERE d.id = old.id RETURNING d.*
  ),
  raised AS (${raiseDeliveryFailed('failed', { mayBlock: false })}),
  ${letOrdersGoOn('failed')}
  SELECT FROM failed`;

/**
 * Fails what has waited for its endpoint for longer than that. Nothing was queued before it was accepted, so newer days
 * aren't looked at; of older ones the index of what is open alone, in whose order it is looked for. An order waits for
 * none of them any more. A run that still works on others of its event leaves it failed, as one of its own (`continued`).
 * Gives how many failed.
 */
export async function failQueuedTooLong(
  pool: Pool,
  retentionHours: number,
  stopping: AbortSignal,
): Promise<number> {
  const values = [retentionHours, queueRetentionReason(retentionHours)];
  return await inChunks(
    maxChunks,
    async () => (await pool.query(chunkSql, values)).rowCount ?? 0,
    stopping,
  );
}
