import { isOpenSql } from './deliveryConditions.js';
import { chunkSize } from './inChunks.js';
import { inTransaction, type Pool, type Queryable } from './pool.js';
import { hurryDrains, insertWakesOf } from './wakes.js';

/**
 * A part of a statement that has orders give out numbers: `counts` is a relation of how many each gives. The last number
 * that one gave is `next_number - 1`. Heads are locked in one order everywhere.
 */
export function takeNumbersSql(counts: string): string {
  return `INSERT INTO ordering_heads AS h (endpoint_id, ordering_key, next_number)
  SELECT endpoint_id, ordering_key, 1 + count FROM ${counts} ORDER BY 1, 2
  ON CONFLICT (endpoint_id, ordering_key)
    DO UPDATE SET next_number = h.next_number + excluded.next_number - 1, numbered_at = now()
  RETURNING h.endpoint_id, h.ordering_key, h.next_number`;
}

/**
 * Parts of a statement after which none of the deliveries of `ended`, a part of it too, holds up its order any more, and
 * what comes after them is looked at. Heads are locked in the order of their keys, as by whoever numbers.
 */
export function letOrdersGoOn(ended: string): string {
  return `unblocked AS (
      UPDATE ordering_heads h SET blocked_by = NULL
      FROM (SELECT blocked.endpoint_id, blocked.ordering_key, blocked.blocked_by
        FROM ordering_heads blocked JOIN ${ended} e ON e.ordering_number IS NOT NULL
          AND blocked.endpoint_id = e.endpoint_id AND blocked.ordering_key = e.ordering_key AND blocked.blocked_by = e.id
        ORDER BY 1, 2 FOR UPDATE OF blocked) b
      WHERE h.endpoint_id = b.endpoint_id AND h.ordering_key = b.ordering_key AND h.blocked_by = b.blocked_by
    ),
    woken AS (${lookAfterSql(ended)})`;
}

/**
 * Has the drains look at what comes after the deliveries of `ended` in their orders, or after what is older than those.
 * Where it is queued, they run.
 */
export function lookAfterSql(ended: string): string {
  const drains = { subject: 'endpoint_id', endpoints: 'ARRAY[endpoint_id]' };
  return `${insertWakesOf('drainEndpoint', drains)}
    FROM ${ended} e WHERE ordering_number IS NOT NULL
      OR EXISTS (SELECT FROM endpoints WHERE id = e.endpoint_id AND ordered)
    GROUP BY endpoint_id, environment, tenant`;
}

/** Whether a delivery `d` failed and holds up what comes after it in its order. */
export const blocksOrderSql = `(d.ordering_number IS NOT NULL AND EXISTS (SELECT FROM ordering_heads h
  WHERE h.endpoint_id = d.endpoint_id AND h.ordering_key = d.ordering_key AND h.blocked_by = d.id))`;

/** The endpoint goes on past what failed, from now on: nothing holds up an order of its. */
export async function unblockAll(db: Queryable, endpointId: string): Promise<void> {
  await db.query(
    `UPDATE ordering_heads h SET blocked_by = NULL
     FROM (SELECT ordering_key FROM ordering_heads WHERE endpoint_id = $1 AND blocked_by IS NOT NULL
       ORDER BY 1 FOR UPDATE) b
     WHERE h.endpoint_id = $1 AND h.ordering_key = b.ordering_key`,
    [endpointId],
  );
}

/**
 * Of what failed before that, nothing can be retried any more: a chunk of the orders that it holds up goes on. Returns how
 * many.
 */
export async function unblockBefore(pool: Pool, beforeId: string): Promise<number> {
  return await inTransaction(pool, async (db) => {
    const { rows } = await db.query<{ endpointId: string }>(
      `UPDATE ordering_heads h SET blocked_by = NULL
       FROM (SELECT endpoint_id, ordering_key FROM ordering_heads WHERE blocked_by < $1
         ORDER BY 1, 2 LIMIT ${chunkSize} FOR UPDATE) b
       WHERE h.endpoint_id = b.endpoint_id AND h.ordering_key = b.ordering_key
       RETURNING h.endpoint_id AS "endpointId"`,
      [beforeId],
    );
    await hurryDrains(db, [...new Set(rows.map(({ endpointId }) => endpointId))]);
    return rows.length;
  });
}

const forgottenAtOnce = 10_000;

/**
 * Forgets orders in which nothing has been numbered for a day, nothing is open, and nothing blocks; those of deleted
 * endpoints, too. The next of such an order has number 1 again: only those that are open are ever compared.
 */
export async function forgetOrders(db: Queryable): Promise<void> {
  await db.query(
    `DELETE FROM ordering_heads h USING (
       SELECT endpoint_id, ordering_key FROM ordering_heads idle
       WHERE numbered_at < now() - interval '1 day'
         AND (blocked_by IS NULL OR EXISTS (
           SELECT FROM endpoints e WHERE e.id = idle.endpoint_id AND e.deleted_at IS NOT NULL))
         AND NOT EXISTS (SELECT FROM deliveries d
           WHERE d.endpoint_id = idle.endpoint_id AND d.ordering_key = idle.ordering_key
             AND d.ordering_number IS NOT NULL AND ${isOpenSql('d')})
       LIMIT ${forgottenAtOnce} FOR UPDATE SKIP LOCKED) forgotten
     WHERE h.endpoint_id = forgotten.endpoint_id AND h.ordering_key = forgotten.ordering_key
       AND h.numbered_at < now() - interval '1 day'`,
  );
}
