import { sweepAfterMs } from '../domain/limits.js';
import { isExpiredSql, isFreeSql, isOpenSql } from './deliveryConditions.js';
import { chunkSize, inChunks } from './inChunks.js';
import { letOrdersGoOn } from './orderingHeads.js';
import type { Queryable } from './pool.js';
import { raiseDeliveryFailed } from './raiseEvents.js';
import { shownMoment } from './shownMoment.js';

/** Fails what is `chosen`. What has expired holds up no order: what comes after it may well be delivered in time. */
function expireSql(chosen: string, runs: string): string {
  return `WITH expired AS (
      UPDATE deliveries d SET state = 'failed', due_at = NULL, finished_at = now(), claimant = NULL, lease_until = NULL,
        reason = 'expired: not delivered by ' || ${shownMoment('d.expires_at')},
        failed_in_runs = ${runs}
      WHERE ${chosen}
      RETURNING d.*
    ),
    raised AS (${raiseDeliveryFailed('expired', { mayBlock: false })}),
    ${letOrdersGoOn('expired')}
    SELECT FROM expired`;
}

const claimedSql = expireSql(
  `d.id = $1 AND d.claimant = $2 AND ${isOpenSql('d')} AND ${isExpiredSql}`,
  'array_append(d.failed_in_runs, $3)',
);

/** What was claimed has expired: it fails in this run, without an attempt. False: another has decided meanwhile. */
export async function expireClaimed(
  db: Queryable,
  { deliveryId, claimant, runId }: { deliveryId: string; claimant: string; runId: string },
): Promise<boolean> {
  const { rowCount } = await db.query(claimedSql, [deliveryId, claimant, runId]);
  return rowCount === 1;
}

/** Of 1,000 deliveries, in one go; the rest waits for the next, so that other chores get their turn. */
const maxChunks = 20;

const chunkSql = expireSql(
  `d.id = ANY (ARRAY(SELECT due.id FROM deliveries due
     WHERE due.expires_at <= now() AND ${isOpenSql('due')}
       AND (due.state = 'queued' OR due.expires_at < now() - interval '${sweepAfterMs} ms')
       AND ${isFreeSql('due')}
     ORDER BY due.expires_at, due.id LIMIT ${chunkSize} FOR UPDATE SKIP LOCKED))`,
  'd.failed_in_runs',
);

/**
 * Fails what has expired in a queue, or whose own workflow should have failed it a while ago. What is being sent at the
 * moment ends as it will. Gives how many failed.
 */
export async function expireDeliveries(db: Queryable, stopping?: AbortSignal): Promise<number> {
  return await inChunks(maxChunks, async () => (await db.query(chunkSql)).rowCount ?? 0, stopping);
}
