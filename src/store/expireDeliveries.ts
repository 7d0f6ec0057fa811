import { sweepAfterMs } from '../domain/limits.js';
import { isExpiredSql } from './lookAtDeliveries.js';
import { unblockSql } from './orderingHeads.js';
import { inTransaction, type Pool, type Queryable } from './pool.js';
import { raiseDeliveryFailed } from './raiseEvents.js';
import { wakeDrains } from './wakes.js';

/** Fails what is `chosen`. What has expired holds up no order: what comes after it may well be delivered in time. */
function expireSql(chosen: string, runs: string): string {
  return `WITH expired AS (
      UPDATE deliveries d SET state = 'failed', due_at = NULL, finished_at = now(), claimant = NULL, lease_until = NULL,
        reason = 'expired: not delivered by ' || to_char(d.expires_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
        failed_in_runs = ${runs}
      WHERE ${chosen}
      RETURNING d.*
    ),
    raised AS (${raiseDeliveryFailed('expired', { mayBlock: false })})
    ${unblockSql('expired')}`;
}

const claimedSql = expireSql(
  `d.id = $1 AND d.claimant = $2 AND d.state IN ('pending', 'retrying', 'queued') AND ${isExpiredSql}`,
  'array_append(d.failed_in_runs, $3)',
);

/** What was claimed has expired: it fails in this run, without an attempt. */
export async function expireClaimed(
  db: Queryable,
  { deliveryId, claimant, runId }: { deliveryId: string; claimant: string; runId: string },
): Promise<void> {
  await db.query(claimedSql, [deliveryId, claimant, runId]);
}

const chunkSize = 1_000;
/** In one go; the rest waits for the next, so that other chores get their turn. */
const maxChunks = 20;

/**
 * Fails what has expired in a queue, or whose own workflow should have failed it a while ago. What is being sent at the
 * moment ends as it will.
 */
export async function expireDeliveries(pool: Pool): Promise<void> {
  for (let chunk = 0; chunk < maxChunks; chunk += 1) {
    if ((await expireChunk(pool)) < chunkSize) return;
  }
}

const chunkSql = `SELECT d.id, d.endpoint_id AS "endpointId", d.ordering_number IS NOT NULL AS "isNumbered"
  FROM deliveries d
  WHERE d.expires_at <= now() AND d.state IN ('pending', 'retrying', 'queued')
    AND (d.state = 'queued' OR d.expires_at < now() - interval '${sweepAfterMs} ms')
    AND (d.lease_until IS NULL OR d.lease_until < now())
  ORDER BY d.expires_at, d.id LIMIT ${chunkSize} FOR UPDATE SKIP LOCKED`;

async function expireChunk(pool: Pool): Promise<number> {
  return await inTransaction(pool, async (db) => {
    const { rows } = await db.query<{ id: string; endpointId: string; isNumbered: boolean }>(
      chunkSql,
    );
    // What comes after one may be next. Before the orders' heads are locked, as `want_drains` asks.
    const inOrder = rows.filter(({ isNumbered }) => isNumbered);
    await wakeDrains(db, [...new Set(inOrder.map(({ endpointId }) => endpointId))]);
    const ids = rows.map(({ id }) => id);
    await db.query(expireSql('d.id = ANY ($1::uuid[])', 'd.failed_in_runs'), [ids]);
    return rows.length;
  });
}
