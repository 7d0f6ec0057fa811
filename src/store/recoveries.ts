import type { PoolClient } from 'pg';
import type { Actor, AuditAction } from '../domain/audit.js';
import { changesBetween, type Changes } from '../domain/changesBetween.js';
import { lowestUuidAt, showId, uuidTimeMs } from '../domain/ids.js';
import type { TenantRef } from '../domain/refs.js';
import type { FinalState, RecoveryState } from '../domain/words.js';
import { insertAuditEntries } from './auditEntries.js';
import type { Page } from './page.js';
import type { Queryable } from './pool.js';

/** Which deliveries to send again, and how fast. Null: any; ids are bare UUIDs. */
export interface RecoveryDefinition {
  endpointIds: string[] | null;
  eventTypes: string[] | null;
  deliveryIds: string[] | null;
  /** Of events accepted at this moment or later, and before that one. */
  since: Date | null;
  until: Date | null;
  states: FinalState[];
  ratePerSecond: number;
}

export interface RecoveryRecord extends RecoveryDefinition, TenantRef {
  /** The bare UUID. */
  id: string;
  state: RecoveryState;
  /** Deliveries that matched when it was made; null: too many to count. */
  total: number | null;
  /** The last delivery that was looked at; null: none yet. */
  cursor: string | null;
  resent: number;
  skipped: number;
  createdAt: Date;
  finishedAt: Date | null;
}

export interface RecoveryRef extends TenantRef {
  recoveryId: string;
}

export const recoveryColumns = `id, environment, tenant, endpoint_ids AS "endpointIds", event_types AS "eventTypes",
  delivery_ids AS "deliveryIds", since, until, states, rate_per_second AS "ratePerSecond", state, total, cursor,
  resent, skipped, created_at AS "createdAt", finished_at AS "finishedAt"`;

/** Of the id that a recovery is given, what bounds the ids of its deliveries: above the lowest, and below the other. */
export function recoveryIdRange({
  id,
  since,
  until,
}: Pick<RecoveryRecord, 'id' | 'since' | 'until'>): { lowest: string; beyond: string } {
  // What is accepted later than the recovery is none of its business, or it might never end.
  const madeBeforeMs = uuidTimeMs(id) + 1;
  return {
    lowest: lowestUuidAt(since?.getTime() ?? 0),
    beyond: lowestUuidAt(Math.min(until?.getTime() ?? madeBeforeMs, madeBeforeMs)),
  };
}

export async function insertRecovery(
  client: PoolClient,
  { id, environment, tenant }: TenantRef & { id: string },
  definition: RecoveryDefinition & { total: number | null },
  by: Actor,
): Promise<RecoveryRecord> {
  const { endpointIds, eventTypes, deliveryIds, since, until, states, ratePerSecond, total } =
    definition;
  const { rows } = await client.query<RecoveryRecord>(
    `INSERT INTO recoveries (id, environment, tenant, endpoint_ids, event_types, delivery_ids, since, until, states,
       rate_per_second, total)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING ${recoveryColumns}`,
    [
      ...[id, environment, tenant, endpointIds, eventTypes, deliveryIds, since, until],
      ...[states, ratePerSecond, total],
    ],
  );
  if (rows[0] === undefined) throw new Error('The insert of a recovery returned no row');
  const shown = {
    ...{ types: eventTypes, since, until, states, ratePerSecond, total },
    endpointIds: endpointIds?.map((endpointId) => showId('endpoint', endpointId)) ?? null,
    deliveryIds: deliveryIds?.map((deliveryId) => showId('delivery', deliveryId)) ?? null,
  };
  const changes = changesBetween(null, shown);
  await auditRecovery(client, rows[0], { action: 'recovery.created', changes }, by);
  return rows[0];
}

async function auditRecovery(
  client: PoolClient,
  { id, environment, tenant }: Pick<RecoveryRecord, 'id' | 'environment' | 'tenant'>,
  { action, changes }: { action: AuditAction; changes: Changes },
  by: Actor,
): Promise<void> {
  const subject = showId('recovery', id);
  await insertAuditEntries(client, [{ environment, tenant, action, subject, changes }], by);
}

/** How many of a tenant's recoveries are running. */
export async function countRunning(
  db: Queryable,
  { environment, tenant }: TenantRef,
): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    `SELECT count(*)::int FROM recoveries WHERE environment = $1 AND tenant = $2 AND state = 'running'`,
    [environment, tenant],
  );
  return rows[0]?.count ?? 0;
}

/** Null if there is none. */
export async function readRecovery(
  db: Queryable,
  { environment, tenant, recoveryId }: RecoveryRef,
): Promise<RecoveryRecord | null> {
  const { rows } = await db.query<RecoveryRecord>(
    `SELECT ${recoveryColumns} FROM recoveries WHERE id = $1 AND environment = $2 AND tenant = $3`,
    [recoveryId, environment, tenant],
  );
  return rows[0] ?? null;
}

/** A tenant's recoveries, newest first, up to `limit + 1`; a page begins after a bare UUID. */
export async function listRecoveries(
  db: Queryable,
  { environment, tenant }: TenantRef,
  page: Page<string>,
): Promise<RecoveryRecord[]> {
  const { rows } = await db.query<RecoveryRecord>(
    `SELECT ${recoveryColumns} FROM recoveries
     WHERE environment = $1 AND tenant = $2 AND ($3::uuid IS NULL OR id < $3) ORDER BY id DESC LIMIT $4`,
    [environment, tenant, page.after, page.limit + 1],
  );
  return rows;
}

/** Ends a recovery that is running. A slice under way is waited for; what it resends stays so. Whether it was running. */
export async function endCancelled(
  client: PoolClient,
  recoveryId: string,
  by: Actor,
): Promise<boolean> {
  const { rows } = await client.query<RecoveryRecord>(
    `UPDATE recoveries SET state = 'cancelled', finished_at = now() WHERE id = $1 AND state = 'running'
     RETURNING ${recoveryColumns}`,
    [recoveryId],
  );
  const [record] = rows;
  if (record === undefined) return false;
  const changes = changesBetween<Pick<RecoveryRecord, 'state'>>(
    { state: 'running' },
    { state: record.state },
  );
  await auditRecovery(client, record, { action: 'recovery.cancelled', changes }, by);
  return true;
}

/** Running ones that had to take their next slice long ago, and that no outbox row is about; oldest first. */
export async function readOverdueRecoveries(
  db: Queryable,
  { overdueMs, limit }: { overdueMs: number; limit: number },
): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `SELECT r.id FROM recoveries r
     WHERE r.state = 'running' AND r.next_slice_at < now() - make_interval(secs => $1::double precision / 1000)
       AND NOT EXISTS (SELECT FROM outbox o WHERE o.subject_id = r.id AND o.event_id IS NULL)
     ORDER BY r.next_slice_at LIMIT $2`,
    [overdueMs, limit],
  );
  return rows.map(({ id }) => id);
}
