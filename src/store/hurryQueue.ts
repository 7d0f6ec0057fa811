import type { PoolClient } from 'pg';
import type { Actor } from '../domain/audit.js';
import { changesBetween } from '../domain/changesBetween.js';
import type { TenantRef } from '../domain/refs.js';
import { auditEndpoint } from './auditEndpoint.js';
import type { Queryable } from './pool.js';

/** Deliveries whose wait is ended at once; the rest waits as it would have. */
const maxHurried = 10_000;

/** An endpoint's next probe, and what waits in its queue for a retry, are due now. */
export async function hurryQueue(client: PoolClient, endpointId: string, by: Actor): Promise<void> {
  // Deliveries first, as everybody does who locks them and endpoints.
  const hurriedDeliveries = await endWaitsInQueue(client, endpointId);
  const before = await readProbed(client, endpointId);
  if (before === null) return;
  await hurryProbes(client, [endpointId]);
  const after = await readProbed(client, endpointId);
  const changes = changesBetween(
    { nextProbeAt: before.nextProbeAt, hurriedDeliveries: 0 },
    { nextProbeAt: after?.nextProbeAt ?? null, hurriedDeliveries },
  );
  const endpoint = { ...before, endpointId };
  await auditEndpoint(client, endpoint, { action: 'endpoint.retried', changes }, by);
}

interface Probed extends TenantRef {
  nextProbeAt: Date | null;
}

async function readProbed(client: PoolClient, endpointId: string): Promise<Probed | null> {
  const { rows } = await client.query<Probed>(
    `SELECT environment, tenant, next_probe_at AS "nextProbeAt" FROM endpoints WHERE id = $1 FOR UPDATE`,
    [endpointId],
  );
  return rows[0] ?? null;
}

/** What waits in an endpoint's queue for a retry is due now. Returns how many. */
export async function endWaitsInQueue(db: Queryable, endpointId: string): Promise<number> {
  const { rowCount } = await db.query(
    `UPDATE deliveries d SET due_at = now() FROM (
       SELECT id FROM deliveries WHERE endpoint_id = $1 AND state = 'queued' AND due_at > now()
       ORDER BY id LIMIT $2 FOR UPDATE
     ) waiting WHERE d.id = waiting.id`,
    [endpointId, maxHurried],
  );
  return rowCount ?? 0;
}

/** Those endpoints that are down are asked now whether they are back. They are locked in one order everywhere. */
export async function hurryProbes(db: Queryable, endpointIds: readonly string[]): Promise<void> {
  await db.query(
    `UPDATE endpoints e SET next_probe_at = now() FROM (
       SELECT id FROM endpoints WHERE id = ANY ($1::uuid[]) AND circuit_opened_at IS NOT NULL ORDER BY id FOR UPDATE
     ) down WHERE e.id = down.id`,
    [endpointIds],
  );
}
