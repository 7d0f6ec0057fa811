import { childIdRange } from '../domain/ids.js';
import type { EndpointMatcher } from '../domain/matching.js';
import type { DeliveryState } from '../domain/words.js';
import type { Page } from './page.js';
import type { Queryable } from './pool.js';
import type { EventRef } from '../domain/refs.js';

/** An endpoint as it is now, and the delivery of the event to it, if there is one. */
export interface EndpointBesideEvent extends EndpointMatcher {
  /** The bare UUID. */
  id: string;
  format: string;
  delivery: { id: string; state: DeliveryState; reason: string | null } | null;
}

/** A tenant's endpoints beside one event, newest first, up to `limit + 1`; deleted and one-off ones are not among them. */
export async function readEndpointsBesideEvent(
  db: Queryable,
  { environment, tenant, eventId }: EventRef,
  page: Page<string>,
): Promise<EndpointBesideEvent[]> {
  const { lowest, beyond } = childIdRange(eventId);
  const { rows } = await db.query<EndpointBesideEvent>(
    `SELECT e.id, e.event_types AS "eventTypes", e.filters, e.match, e.require, e.scope, e.format,
       CASE WHEN d.id IS NOT NULL
         THEN json_build_object('id', d.id, 'state', d.state, 'reason', d.reason) END AS delivery
     FROM endpoints e
     LEFT JOIN deliveries d
       ON d.id >= $3 AND d.id < $4 AND d.event_id = $5 AND d.endpoint_id = e.id
     WHERE e.environment = $1 AND e.tenant = $2 AND e.deleted_at IS NULL AND NOT e.one_off
       AND ($6::uuid IS NULL OR e.id < $6)
     ORDER BY e.id DESC LIMIT $7`,
    [environment, tenant, lowest, beyond, eventId, page.after, page.limit + 1],
  );
  return rows;
}
