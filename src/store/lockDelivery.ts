import type { DeliveryRef } from '../domain/refs.js';
import type { DeliveryState } from '../domain/words.js';
import type { Queryable } from './pool.js';

/** A delivery of that tenant, locked until the transaction ends; null if there is none. */
export async function lockDelivery(
  db: Queryable,
  delivery: DeliveryRef,
): Promise<{ state: DeliveryState; endpointId: string } | null> {
  const { rows } = await db.query<{ state: DeliveryState; endpointId: string }>(
    `SELECT state, endpoint_id AS "endpointId" FROM deliveries
     WHERE id = $1 AND environment = $2 AND tenant = $3 FOR UPDATE`,
    [delivery.deliveryId, delivery.environment, delivery.tenant],
  );
  return rows[0] ?? null;
}

export async function endpointOfDelivery(
  db: Queryable,
  endpointId: string,
): Promise<{ isOpen: boolean; isDeleted: boolean }> {
  const { rows } = await db.query<{ isOpen: boolean; isDeleted: boolean }>(
    `SELECT enabled AND deleted_at IS NULL AS "isOpen", deleted_at IS NOT NULL AS "isDeleted"
     FROM endpoints WHERE id = $1`,
    [endpointId],
  );
  return rows[0] ?? { isOpen: false, isDeleted: true };
}
