import { closedReasons } from '../domain/gate.js';
import { isFreeSql, isOpenSql } from './deliveryConditions.js';
import { chunkSize, inChunks } from './inChunks.js';
import type { Pool } from './pool.js';
import { queueDeliveries } from './queueDeliveries.js';
import { freshRound } from './rounds.js';
import { insertWakes, wantDrains } from './wakes.js';

/** Of 1,000 deliveries, in one request. */
const maxChunks = 50;

/** Not what is held back until a later moment. */
const isDueSql = `(state = 'retrying' OR (state = 'pending' AND due_at <= now()))`;

const isClosed = `EXISTS (SELECT FROM endpoints e WHERE e.id = $1 AND NOT is_drainable(e))`;

/**
 * The endpoint was disabled or paused, if it still is: its open deliveries wait for it, but for those that are held back
 * until a later moment. Their workflows notice at their next wake.
 */
export async function queueOpenOfClosed(
  pool: Pool,
  endpointId: string,
  reason: keyof typeof closedReasons,
): Promise<void> {
  await queueOpen(pool, endpointId, reason, `${isDueSql} AND ${isClosed}`);
}

/**
 * The endpoint answered 410. Somebody may have changed it during the attempt: then it is open, and what waits is sent to
 * it again.
 */
export async function queueOpenOfGone(pool: Pool, endpointId: string): Promise<void> {
  await queueOpenOfClosed(pool, endpointId, 'gone');
  await wantDrains(pool, [endpointId]);
}

/**
 * The endpoint has failed so often that it is only probed, if it still is: what is to be sent to it, or sent again, waits
 * for it. What is being sent at the moment ends as it will.
 */
export async function queueOpenOfFailing(pool: Pool, endpointId: string): Promise<void> {
  await queueOpen(
    pool,
    endpointId,
    'circuitOpen',
    `${isDueSql} AND import_id IS NULL AND ${isFreeSql('deliveries')}
     AND EXISTS (SELECT FROM endpoints e WHERE e.id = $1 AND e.circuit_opened_at IS NOT NULL)`,
  );
}

/**
 * The endpoint is sent to in order: what is older than that, and waits for its next attempt, goes first, now. What is
 * being sent at the moment ends as it will.
 */
export async function queueOlderThanOrder(pool: Pool, endpointId: string): Promise<void> {
  await queueOpen(
    pool,
    endpointId,
    'ordered',
    `${isDueSql} AND import_id IS NULL AND ${isFreeSql('deliveries')}
     AND ordering_number IS NULL
     AND id < (SELECT lowest_uuid_at(ordered_since) FROM endpoints e WHERE e.id = $1 AND e.ordered)`,
  );
}

async function queueOpen(
  pool: Pool,
  endpointId: string,
  reason: keyof typeof closedReasons,
  condition: string,
): Promise<void> {
  await inChunks(maxChunks, () =>
    queueDeliveries(pool, {
      select: `SELECT id, endpoint_id FROM deliveries WHERE endpoint_id = $1 AND ${condition}
        ORDER BY id LIMIT $2 FOR UPDATE`,
      values: [endpointId, chunkSize],
      reason: closedReasons[reason],
      releases: false,
    }),
  );
}

/** The endpoint was deleted: its open deliveries end with it. */
export async function cancelOpenOfDeleted(pool: Pool, endpointId: string): Promise<void> {
  await inChunks(maxChunks, async () => {
    const { rowCount } = await pool.query(
      `UPDATE deliveries d SET state = 'cancelled', reason = '${closedReasons.deleted}', due_at = NULL,
         finished_at = now()
       FROM (SELECT id FROM deliveries WHERE endpoint_id = $1 AND ${isOpenSql('deliveries')}
           AND EXISTS (SELECT FROM endpoints e WHERE e.id = $1 AND e.deleted_at IS NOT NULL)
         ORDER BY id LIMIT $2 FOR UPDATE) open
       WHERE d.id = open.id`,
      [endpointId, chunkSize],
    );
    return rowCount ?? 0;
  });
}

/** The endpoint may be sent to again: what is sent in batches gets a fresh round and its workflow, through the outbox. */
export async function releaseBatchesOfEndpoint(pool: Pool, endpointId: string): Promise<void> {
  await inChunks(maxChunks, async () => {
    const { rowCount } = await pool.query(
      `WITH released AS (
         UPDATE deliveries d SET ${freshRound}, state = 'pending',
           round = d.round + least(d.attempt_count, 1)
         FROM endpoints e, (SELECT id FROM deliveries WHERE endpoint_id = $1 AND state = 'queued'
             AND import_id IS NOT NULL
           ORDER BY id LIMIT $2 FOR UPDATE) queued
         WHERE d.id = queued.id AND e.id = d.endpoint_id AND is_drainable(e)
         RETURNING d.id, d.event_id, d.environment, d.tenant, d.event_type, d.endpoint_id, d.import_id
       )
       ${insertWakes} FROM released`,
      [endpointId, chunkSize],
    );
    return rowCount ?? 0;
  });
}
