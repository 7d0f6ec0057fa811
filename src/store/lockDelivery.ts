import type { DeliveryRef } from '../domain/refs.js';
import type { DeliveryState } from '../domain/words.js';
import { hasPayloadSql, isExpiredSql } from './deliveryConditions.js';
import type { Queryable } from './pool.js';

export interface LockedDelivery {
  state: DeliveryState;
  endpointId: string;
  /** It brings an import's rows, which have expired. */
  lacksRows: boolean;
  /** What its event carried is not kept any more. */
  lacksPayload: boolean;
  /** Nothing is sent of it any more. */
  hasExpired: boolean;
}

/** A delivery of that tenant, locked until the transaction ends; null if there is none. */
export async function lockDelivery(
  db: Queryable,
  delivery: DeliveryRef,
): Promise<LockedDelivery | null> {
  const { rows } = await db.query<LockedDelivery>(
    `SELECT state, endpoint_id AS "endpointId", EXISTS (
       SELECT FROM imports i WHERE i.id = import_id AND i.rows_expired_at IS NOT NULL) AS "lacksRows", NOT ${hasPayloadSql('d.id')} AS "lacksPayload",
       ${isExpiredSql} AS "hasExpired"
     FROM deliveries d
     WHERE id = $1 AND environment = $2 AND tenant = $3 FOR UPDATE`,
    [delivery.deliveryId, delivery.environment, delivery.tenant],
  );
  return rows[0] ?? null;
}
