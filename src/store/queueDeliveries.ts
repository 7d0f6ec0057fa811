import { childIdRange } from '../domain/ids.js';
import { takeNumbersSql } from './orderingHeads.js';
import { inTransaction, type Pool, type Queryable } from './pool.js';
import { wantDrains } from './wakes.js';

interface Queued {
  id: string;
  eventId: string;
  endpointId: string;
  lacksNumber: boolean;
}

/**
 * Queues deliveries and has their drains look, in one transaction. `select` selects their ids, locked, with `values` as
 * its parameters. Returns how many there were.
 */
export async function queueDeliveries(
  pool: Pool,
  {
    select,
    values,
    reason,
    releases,
  }: {
    select: string;
    values: readonly unknown[];
    /** In words for their owner. */
    reason: string;
    /**
     * Whether nobody is sending them any more. Otherwise what is under way keeps its lease, and what is not begun isn't
     * any more: workflows still to be started that would find nothing to do are not.
     */
    releases: boolean;
  },
): Promise<number> {
  return await inTransaction(pool, async (db) => {
    const { rows } = await db.query<Queued>(
      `UPDATE deliveries d SET state = 'queued', reason = $${values.length + 1}, due_at = now(),
         queued_at = CASE WHEN d.state = 'queued' THEN d.queued_at ELSE now() END
         ${releases ? ', claimant = NULL, lease_until = NULL' : ''}
       FROM (${select}) chosen JOIN endpoints e ON e.id = chosen.endpoint_id
       WHERE d.id = chosen.id
       RETURNING d.id, d.event_id AS "eventId", d.endpoint_id AS "endpointId", ${lacksNumber} AS "lacksNumber"`,
      [...values, reason],
    );
    // Before an order's head is locked: who accepts has its drains wanted, and then waits for heads.
    await wantDrains(db, [...new Set(rows.map(({ endpointId }) => endpointId))]);
    const lacking = rows.filter((row) => row.lacksNumber).map(({ id }) => id);
    if (lacking.length > 0) await numberInOrder(db, lacking);
    if (!releases)
      await dropNeedlessStarts(
        db,
        rows.map(({ eventId }) => eventId),
      );
    return rows.length;
  });
}

/**
 * It was held back (`deliverAt`) when it was accepted, and takes its place in the order now. What is older than the order
 * itself has no place in it: it goes first.
 */
const lacksNumber = `e.ordered AND d.ordering_number IS NULL AND d.import_id IS NULL AND d.id >= lowest_uuid_at(e.ordered_since)`;

async function numberInOrder(db: Queryable, deliveryIds: readonly string[]): Promise<void> {
  await db.query(
    `WITH late AS (
       SELECT d.id, d.endpoint_id, d.ordering_key,
         row_number() OVER (PARTITION BY d.endpoint_id, d.ordering_key ORDER BY d.id DESC) AS from_last
       FROM deliveries d JOIN endpoints e ON e.id = d.endpoint_id WHERE d.id = ANY ($1::uuid[]) AND ${lacksNumber}
     ),
     heads AS (
       ${takeNumbersSql('(SELECT endpoint_id, ordering_key, count(*) FROM late GROUP BY 1, 2) counted')}
     )
     UPDATE deliveries d SET ordering_number = heads.next_number - late.from_last
     FROM late JOIN heads USING (endpoint_id, ordering_key)
     WHERE d.id = late.id`,
    [deliveryIds],
  );
}

/** An event's workflow has something to do as long as one of its deliveries is pending. */
async function dropNeedlessStarts(db: Queryable, eventIds: readonly string[]): Promise<void> {
  const ranges = eventIds.map(childIdRange);
  await db.query(
    `DELETE FROM outbox o USING unnest($1::uuid[], $2::uuid[], $3::uuid[]) AS e(id, lowest, beyond)
     WHERE o.event_id = e.id AND o.kind = 'deliverEvent' AND NOT EXISTS (
       SELECT FROM deliveries d
       WHERE d.id >= e.lowest AND d.id < e.beyond AND d.event_id = e.id AND d.state = 'pending')`,
    [eventIds, ranges.map(({ lowest }) => lowest), ranges.map(({ beyond }) => beyond)],
  );
}
