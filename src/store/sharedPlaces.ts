import { advisoryLocks } from './advisoryLock.js';
import { claimBatches, type BatchSituation } from './batchSituation.js';
import { inTransaction, type Pool, type Queryable } from './pool.js';

/*
 * The places of an endpoint that bounds what is under way at once (`maxInFlight`) are shared by its drain and by those who
 * send batches of rows. Who sends batches takes a place by the claim on them, under the endpoint's lock, and begins when
 * the drain has so many left as are free then. The drain says how many it has (`drain_places`): more only under that lock,
 * fewer when no more than those are under way. So both never have more than there are.
 */

interface DrainRef {
  endpointId: string;
  /** Of the drain; one that isn't the last takes none. */
  epoch: string;
}

/** Batches of an endpoint `e` that are being sent; at most one of each of its deliveries. */
export const batchesInFlightSql = `(SELECT count(*)::integer FROM deliveries d JOIN batch_runs r ON r.delivery_id = d.id
    WHERE d.endpoint_id = e.id AND d.state IN ('pending', 'retrying') AND d.import_id IS NOT NULL AND r.lease_until > now())`;

async function lockPlaces(db: Queryable, endpointId: string): Promise<void> {
  await db.query('SELECT pg_advisory_xact_lock($1, hashtext($2))', [
    advisoryLocks.batchPlaces,
    endpointId,
  ]);
}

/** Null: as many other batches are under way as the endpoint takes. */
export async function claimBatchesInPlace(
  pool: Pool,
  { deliveryId, endpointId }: { deliveryId: string; endpointId: string },
  claimant: string,
): Promise<BatchSituation | null> {
  return await inTransaction(pool, async (db) => {
    await lockPlaces(db, endpointId);
    const { rows } = await db.query<{ isFull: boolean }>(
      `SELECT coalesce(${batchesInFlightSql} >= e.max_in_flight, false) AS "isFull" FROM endpoints e WHERE e.id = $1`,
      [endpointId],
    );
    return rows[0]?.isFull === true ? null : await claimBatches(db, deliveryId, claimant);
  });
}

/** Whether the drain has left a place for each batch that is claimed. */
export async function hasLeftPlaces(db: Queryable, endpointId: string): Promise<boolean> {
  const { rows } = await db.query<{ hasLeft: boolean }>({
    name: 'has-left-places',
    text: `SELECT coalesce(q.drain_places + ${batchesInFlightSql} <= e.max_in_flight, true) AS "hasLeft"
      FROM endpoints e LEFT JOIN endpoint_queue q ON q.endpoint_id = e.id WHERE e.id = $1`,
    values: [endpointId],
  });
  return rows[0]?.hasLeft ?? true;
}

/** Whether the drain is at work and batches have all of its places. */
export async function isDrainHeldOff(db: Queryable, endpointId: string): Promise<boolean> {
  const { rowCount } = await db.query({
    name: 'is-drain-held-off',
    text: `SELECT FROM endpoint_queue q WHERE endpoint_id = $1 AND wanted AND drain_places = 0
      AND EXISTS (SELECT FROM deliveries d WHERE d.endpoint_id = q.endpoint_id AND d.state = 'queued')`,
    values: [endpointId],
  });
  return rowCount === 1;
}

/** The drain takes the places that batches leave, and tells how many it has now; 0 for one that isn't the last. */
export async function takeDrainPlaces(
  pool: Pool,
  { endpointId, epoch }: DrainRef,
): Promise<number> {
  return await inTransaction(pool, async (db) => {
    await lockPlaces(db, endpointId);
    const { rows } = await db.query<{ places: number }>(
      `UPDATE endpoint_queue q SET drain_places = greatest(0, coalesce(e.max_in_flight - ${batchesInFlightSql}, 0))
       FROM endpoints e WHERE q.endpoint_id = $1 AND q.drain_epoch = $2 AND e.id = $1
       RETURNING q.drain_places AS places`,
      [endpointId, epoch],
    );
    return rows[0]?.places ?? 0;
  });
}

/** The drain has no more than that under way, and begins no more. */
export async function leaveDrainPlaces(
  db: Queryable,
  { endpointId, epoch }: DrainRef,
  places: number,
): Promise<void> {
  await db.query(
    'UPDATE endpoint_queue SET drain_places = $3 WHERE endpoint_id = $1 AND drain_epoch = $2 AND drain_places > $3',
    [endpointId, epoch, places],
  );
}
