import { sweepAfterMs } from '../domain/limits.js';
import { isExpiredSql, isFreeSql, isOpenSql } from './deliveryConditions.js';
import { failSql } from './failOpen.js';
import { chunkSize, inChunks } from './inChunks.js';
import type { Queryable } from './pool.js';
import { shownMoment } from './shownMoment.js';

const reason = `'expired: not delivered by ' || ${shownMoment('d.expires_at')}`;

const claimedSql = failSql({
  chosen: `WHERE d.id = $1 AND d.claimant = $2 AND ${isOpenSql('d')} AND ${isExpiredSql}`,
  reason,
  runs: 'array_append(d.failed_in_runs, $3)',
});

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

const chunkSql = failSql({
  chosen: `WHERE d.id = ANY (ARRAY(SELECT due.id FROM deliveries due
     WHERE due.expires_at <= now() AND ${isOpenSql('due')}
       AND (due.state = 'queued' OR due.expires_at < now() - interval '${sweepAfterMs} ms')
       AND ${isFreeSql('due')}
     ORDER BY due.expires_at, due.id LIMIT ${chunkSize} FOR UPDATE SKIP LOCKED))`,
  reason,
  runs: 'd.failed_in_runs',
});

/**
 * Fails what has expired in a queue, or whose own workflow should have failed it a while ago. What is being sent at the
 * moment ends as it will. Gives how many failed.
 */
export async function expireDeliveries(db: Queryable, stopping?: AbortSignal): Promise<number> {
  return await inChunks(maxChunks, async () => (await db.query(chunkSql)).rowCount ?? 0, stopping);
}
