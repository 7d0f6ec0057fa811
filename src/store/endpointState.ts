import type { EndpointRef } from '../domain/refs.js';
import { isOpenSql } from './deliveryConditions.js';
import { isTheEndpoint } from './isTheEndpoint.js';
import type { Queryable } from './pool.js';
import { raiseSwitched } from './raiseEvents.js';

/** How it failed is forgotten, and what waits for one that was disabled or down is ramped up. */
const beginsAnew = `consecutive_failures = 0, failing_since = NULL, circuit_opened_at = NULL, next_probe_at = NULL,
       failed_probes = 0, warned_at = NULL, reopened_at = CASE
         WHEN $4 AND (NOT e.enabled OR e.circuit_opened_at IS NOT NULL) THEN now() ELSE e.reopened_at END`;

/** Opens or closes an endpoint by its owner's wish, and tells of it where it changes. False if there is no such endpoint. */
export async function setEnabled(
  db: Queryable,
  endpoint: EndpointRef,
  enabled: boolean,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `WITH before AS (SELECT * FROM endpoints WHERE ${isTheEndpoint} FOR UPDATE),
     raised AS (${raiseSwitched('before', '$4')})
     UPDATE endpoints e SET enabled = $4,
       updated_at = CASE WHEN e.enabled = $4 THEN e.updated_at ELSE now() END,
       ${beginsAnew},
       disabled_reason = CASE WHEN $4 THEN NULL ELSE coalesce(e.disabled_reason, 'owner') END,
       disabled_at = CASE WHEN $4 THEN NULL ELSE coalesce(e.disabled_at, now()) END
     FROM before WHERE e.id = before.id`,
    [endpoint.endpointId, endpoint.environment, endpoint.tenant, enabled],
  );
  return rowCount === 1;
}

/** Pauses an endpoint, or lets it go on, by its owner's wish. False if there is no such endpoint. */
export async function setEndpointPaused(
  db: Queryable,
  endpoint: EndpointRef,
  paused: boolean,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `UPDATE endpoints SET updated_at = CASE WHEN (paused_at IS NOT NULL) = $4 THEN updated_at ELSE now() END,
       reopened_at = CASE WHEN NOT $4 AND paused_at IS NOT NULL THEN now() ELSE reopened_at END,
       paused_at = CASE WHEN $4 THEN coalesce(paused_at, now()) END
     WHERE ${isTheEndpoint}`,
    [endpoint.endpointId, endpoint.environment, endpoint.tenant, paused],
  );
  return rowCount === 1;
}

/** Marks an endpoint deleted; its row stays for the deliveries that name it. False if there is none. */
export async function markDeleted(db: Queryable, endpoint: EndpointRef): Promise<boolean> {
  const { rowCount } = await db.query(
    `UPDATE endpoints SET deleted_at = now(), updated_at = now() WHERE ${isTheEndpoint}`,
    [endpoint.endpointId, endpoint.environment, endpoint.tenant],
  );
  return rowCount === 1;
}

/**
 * Endpoints whose deliveries don't stand as they should, because a process ended between the change of the endpoint
 * and that of its deliveries, or they were too many for one request.
 */
export async function readEndpointsOutOfStep(
  db: Queryable,
): Promise<{ id: string; isDeleted: boolean }[]> {
  const { rows } = await db.query<{ id: string; isDeleted: boolean }>(
    `SELECT e.id, e.deleted_at IS NOT NULL AS "isDeleted" FROM endpoints e
     WHERE NOT e.one_off AND CASE
       WHEN e.deleted_at IS NOT NULL THEN e.deleted_at > now() - interval '1 day' AND EXISTS (
         SELECT FROM deliveries d WHERE d.endpoint_id = e.id AND ${isOpenSql('d')})
       ELSE is_drainable(e)
         AND NOT EXISTS (SELECT FROM endpoint_queue q WHERE q.endpoint_id = e.id AND q.due_at IS NOT NULL)
         AND EXISTS (SELECT FROM deliveries d WHERE d.endpoint_id = e.id AND d.state = 'queued')
     END
     LIMIT 1000`,
  );
  return rows;
}
