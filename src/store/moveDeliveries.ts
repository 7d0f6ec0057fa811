import type { Closed } from '../domain/gate.js';
import { isOpenSql } from './deliveryConditions.js';
import { scopeCondition, type DeliveryScopeById } from './lookAtDeliveries.js';
import { blocksOrderSql, letOrdersGoOn } from './orderingHeads.js';
import type { Pool, Queryable } from './pool.js';
import { queueDeliveries } from './queueDeliveries.js';

/**
 * The gate was closed when an attempt was claimed: the delivery waits for its endpoint, or ends with it. `claimant` is
 * null of one in batches, whose claim is its run's.
 */
export async function closeByGate(
  pool: Pool,
  { deliveryId, claimant }: { deliveryId: string; claimant: string | null },
  { becomes, reason }: Closed,
): Promise<void> {
  const claimed = `FROM deliveries WHERE id = $1 AND ${isOpenSql('deliveries')}
    AND claimant IS NOT DISTINCT FROM $2::uuid FOR UPDATE`;
  const values = [deliveryId, claimant];
  if (becomes === 'queued') {
    const select = `SELECT id, endpoint_id ${claimed}`;
    await queueDeliveries(pool, { select, values, reason, releases: true });
    return;
  }
  await pool.query(
    `UPDATE deliveries d SET state = 'cancelled', reason = $3, claimant = NULL, lease_until = NULL, due_at = NULL,
       finished_at = now()
     FROM (SELECT id ${claimed}) chosen WHERE d.id = chosen.id`,
    [...values, reason],
  );
}

/** Brings the next attempt of what is open forward to now. */
export async function bringForward(db: Queryable, scope: DeliveryScopeById): Promise<void> {
  const { sql, values } = scopeCondition(scope, 1);
  await db.query(
    `UPDATE deliveries d SET due_at = now() WHERE ${sql} AND ${isOpenSql('d')}`,
    values,
  );
}

/** Cancels what is open. An attempt under way ends late; its success would still count. */
export async function cancelOpen(db: Queryable, scope: DeliveryScopeById): Promise<number> {
  const { sql, values } = scopeCondition(scope, 1);
  const { rowCount } = await db.query(cancelSql(`${sql} AND ${isOpenSql('d')}`), values);
  return rowCount ?? 0;
}

/** Gives up one that failed and holds up its order. False if it does not. */
export async function cancelBlocking(db: Queryable, deliveryId: string): Promise<boolean> {
  const { rowCount } = await db.query(
    cancelSql(`d.id = $1 AND d.state = 'failed' AND ${blocksOrderSql}`),
    [deliveryId],
  );
  return rowCount === 1;
}

function cancelSql(condition: string): string {
  return `WITH cancelled AS (
      UPDATE deliveries d SET state = 'cancelled', reason = 'cancelled by its owner or an operator', due_at = NULL,
        finished_at = now()
      WHERE ${condition}
      RETURNING d.*
    ),
    ${letOrdersGoOn('cancelled')}
    SELECT FROM cancelled`;
}
