import { queueRetentionReason } from '../domain/queueRetention.js';
import { isFreeSql } from './deliveryConditions.js';
import { failOpenSql } from './failOpen.js';
import { inChunks } from './inChunks.js';
import type { Pool } from './pool.js';

/** Of 1,000 deliveries, in one go; the rest waits for the next, so that other chores get their turn. */
const maxChunks = 100;

/** What is being sent by a drain has its lease, and ends as it will. */
const waitsTooLong = `state = 'queued' AND queued_at < now() - $1 * interval '1 hour'
  AND id < lowest_uuid_at(now() - $1 * interval '1 hour') AND ${isFreeSql('deliveries')}`;

const chunkSql = failOpenSql(waitsTooLong);

/**
 * Fails what has waited for its endpoint for longer than that. Nothing was queued before it was accepted, so newer days
 * aren't looked at; of older ones the index of what is open alone. Gives how many failed.
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
