import type { PoolClient } from 'pg';
import type { Actor, AuditAction } from '../domain/audit.js';
import type { Changes } from '../domain/changesBetween.js';
import { showId } from '../domain/ids.js';
import type { EndpointRef } from '../domain/refs.js';
import { insertAuditEntries } from './auditEntries.js';

/** Writes what was done to an endpoint, in the transaction that did it. */
export async function auditEndpoint(
  client: PoolClient,
  { environment, tenant, endpointId }: EndpointRef,
  { action, changes }: { action: AuditAction; changes: Changes },
  by: Actor,
): Promise<void> {
  const subject = showId('endpoint', endpointId);
  await insertAuditEntries(client, [{ environment, tenant, action, subject, changes }], by);
}
