import type { Actor } from '../domain/audit.js';
import { changesBetween, withoutQuery } from '../domain/changesBetween.js';
import type { EndpointRef } from '../domain/refs.js';
import type { DisabledReason } from '../domain/words.js';
import { auditEndpoint } from './auditEndpoint.js';
import { isOpenSql } from './deliveryConditions.js';
import { isTheEndpoint } from './isTheEndpoint.js';
import { inTransaction, type Pool, type Queryable } from './pool.js';
import { raiseSwitched } from './raiseEvents.js';

/** How it failed is forgotten, and what waits for one that was disabled or down is ramped up. */
const beginsAnew = `consecutive_failures = 0, failing_since = NULL, circuit_opened_at = NULL, next_probe_at = NULL,
       failed_probes = 0, warned_at = NULL, reopened_at = CASE
         WHEN $4 AND (NOT e.enabled OR e.circuit_opened_at IS NOT NULL) THEN now() ELSE e.reopened_at END`;

/** Opens or closes an endpoint by its owner's wish, and tells of it where it changes. False if there is no such endpoint. */
export async function setEnabled(
  pool: Pool,
  endpoint: EndpointRef,
  enabled: boolean,
  by: Actor,
): Promise<boolean> {
  return await inTransaction(pool, async (client) => {
    const { rows } = await client.query<{ before: Switch; after: Switch }>(
      `WITH before AS (SELECT * FROM endpoints WHERE ${isTheEndpoint} FOR UPDATE),
       raised AS (${raiseSwitched('before', '$4')})
       UPDATE endpoints e SET enabled = $4,
         updated_at = CASE WHEN e.enabled = $4 THEN e.updated_at ELSE now() END,
         ${beginsAnew},
         disabled_reason = CASE WHEN $4 THEN NULL ELSE coalesce(e.disabled_reason, 'owner') END,
         disabled_at = CASE WHEN $4 THEN NULL ELSE coalesce(e.disabled_at, now()) END
       FROM before WHERE e.id = before.id RETURNING ${switchSql('before')} AS before, ${switchSql('e')} AS after`,
      [endpoint.endpointId, endpoint.environment, endpoint.tenant, enabled],
    );
    const [switched] = rows;
    if (switched === undefined) return false;
    const action = enabled ? 'endpoint.enabled' : 'endpoint.disabled';
    const changes = changesBetween(switched.before, switched.after);
    await auditEndpoint(client, endpoint, { action, changes }, by);
    return true;
  });
}

interface Switch {
  enabled: boolean;
  disabledReason: DisabledReason | null;
}

function switchSql(endpoint: string): string {
  return `json_build_object('enabled', ${endpoint}.enabled, 'disabledReason', ${endpoint}.disabled_reason)`;
}

/** Pauses an endpoint, or lets it go on, by its owner's wish. False if there is no such endpoint. */
export async function setEndpointPaused(
  pool: Pool,
  endpoint: EndpointRef,
  paused: boolean,
  by: Actor,
): Promise<boolean> {
  return await inTransaction(pool, async (client) => {
    const { rows } = await client.query<{ wasPaused: boolean }>(
      `WITH before AS (SELECT * FROM endpoints WHERE ${isTheEndpoint} FOR UPDATE)
       UPDATE endpoints e SET
         updated_at = CASE WHEN (e.paused_at IS NOT NULL) = $4 THEN e.updated_at ELSE now() END,
         reopened_at = CASE WHEN NOT $4 AND e.paused_at IS NOT NULL THEN now() ELSE e.reopened_at END,
         paused_at = CASE WHEN $4 THEN coalesce(e.paused_at, now()) END
       FROM before WHERE e.id = before.id RETURNING before.paused_at IS NOT NULL AS "wasPaused"`,
      [endpoint.endpointId, endpoint.environment, endpoint.tenant, paused],
    );
    if (rows[0] === undefined) return false;
    const action = paused ? 'endpoint.paused' : 'endpoint.resumed';
    const changes = changesBetween({ paused: rows[0].wasPaused }, { paused });
    await auditEndpoint(client, endpoint, { action, changes }, by);
    return true;
  });
}

/** Marks an endpoint deleted; its row stays for the deliveries that name it. False if there is none. */
export async function markDeleted(pool: Pool, endpoint: EndpointRef, by: Actor): Promise<boolean> {
  return await inTransaction(pool, async (client) => {
    const { rows } = await client.query<Recognizable>(
      `UPDATE endpoints SET deleted_at = now(), updated_at = now() WHERE ${isTheEndpoint}
       RETURNING url || CASE WHEN url_query_sealed IS NULL THEN '' ELSE '?' END AS url, event_types AS "eventTypes",
         format, description`,
      [endpoint.endpointId, endpoint.environment, endpoint.tenant],
    );
    if (rows[0] === undefined) return false;
    const changes = changesBetween<Recognizable>(rows[0], null, { url: withoutQuery });
    await auditEndpoint(client, endpoint, { action: 'endpoint.deleted', changes }, by);
    return true;
  });
}

/** By what one that was deleted is known again. */
interface Recognizable {
  url: string;
  eventTypes: string[];
  format: string;
  description: string;
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
