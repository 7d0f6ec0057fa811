import type { PoolClient } from 'pg';
import type { Actor, AuditAction } from '../domain/audit.js';
import { changesBetween } from '../domain/changesBetween.js';
import type { TenantRef } from '../domain/refs.js';
import type { Environment } from '../domain/words.js';
import { insertAuditEntries } from './auditEntries.js';
import { createdAtMicrosSql, momentSql, type NamePosition, type Page } from './page.js';
import { inTransaction, type Pool, type Queryable } from './pool.js';

export interface TenantRecord {
  id: string;
  name: string | null;
  metadata: Record<string, string>;
  createdAt: Date;
  createdAtMicros: string;
  updatedAt: Date;
}

const columns = `id, name, metadata, created_at AS "createdAt",
  ${createdAtMicrosSql} AS "createdAtMicros", updated_at AS "updatedAt"`;

/** Tenants, newest first, up to `limit + 1`; `only`: this one alone, if it is there. */
export async function listTenants(
  db: Queryable,
  { environment, only }: { environment: Environment; only: string | null },
  page: Page<NamePosition>,
): Promise<TenantRecord[]> {
  const { rows } = await db.query<TenantRecord>(
    `SELECT ${columns} FROM tenants
     WHERE environment = $1 AND ($2::text IS NULL OR id = $2)
       AND ($3::bigint IS NULL OR (created_at, id) < (${momentSql('$3')}, $4::text))
     ORDER BY created_at DESC, id DESC LIMIT $5`,
    [
      environment,
      only,
      page.after?.createdAtMicros ?? null,
      page.after?.name ?? null,
      page.limit + 1,
    ],
  );
  return rows;
}

/** Null if there is no such tenant. */
export async function readTenant(
  db: Queryable,
  { environment, tenant }: TenantRef,
): Promise<TenantRecord | null> {
  const { rows } = await db.query<TenantRecord>(
    `SELECT ${columns} FROM tenants WHERE environment = $1 AND id = $2`,
    [environment, tenant],
  );
  return rows[0] ?? null;
}

/** Creates the tenant, or gives it this name and metadata. */
export async function putTenant(
  pool: Pool,
  tenantRef: TenantRef,
  { name, metadata }: Decided,
  by: Actor,
): Promise<{ record: TenantRecord; created: boolean }> {
  return await inTransaction(pool, async (client) => {
    const { record: before, created } = await lockTenant(client, tenantRef);
    const { rows } = await client.query<TenantRecord>(
      `UPDATE tenants SET name = $3, metadata = $4, updated_at = now() WHERE environment = $1 AND id = $2
       RETURNING ${columns}`,
      [tenantRef.environment, tenantRef.tenant, name, JSON.stringify(metadata)],
    );
    if (rows[0] === undefined) throw new Error('A tenant vanished while it was locked');
    const action = created ? 'tenant.created' : 'tenant.changed';
    const change = { before: created ? null : before, after: rows[0] };
    await auditTenant(client, tenantRef, { action, ...change }, by);
    return { record: rows[0], created };
  });
}

/** What a product decides about a tenant. */
type Decided = Pick<TenantRecord, 'name' | 'metadata'>;

async function auditTenant(
  client: PoolClient,
  { environment, tenant }: TenantRef,
  change: { action: AuditAction; before: Decided | null; after: Decided | null },
  by: Actor,
): Promise<void> {
  const { action, before, after } = change;
  const changes = changesBetween(before && decidedOf(before), after && decidedOf(after));
  await insertAuditEntries(client, [{ environment, tenant, action, subject: tenant, changes }], by);
}

function decidedOf({ name, metadata }: Decided): Decided {
  return { name, metadata };
}

/** Locks the tenant's row until the transaction ends, having created it if need be. */
export async function lockTenant(
  client: PoolClient,
  { environment, tenant }: TenantRef,
): Promise<{ record: TenantRecord; created: boolean }> {
  // An insert that does nothing on conflict would not lock, and a delete could come between it and a SELECT. `xmax` is 0
  // on a row that this statement inserted, and the transaction's id on one that it changed.
  const { rows } = await client.query<TenantRecord & { created: boolean }>(
    `INSERT INTO tenants (environment, id) VALUES ($1, $2)
     ON CONFLICT (environment, id) DO UPDATE SET id = excluded.id
     RETURNING ${columns}, xmax = 0 AS created`,
    [environment, tenant],
  );
  if (rows[0] === undefined) throw new Error('The upsert of a tenant returned no row');
  const { created, ...record } = rows[0];
  return { record, created };
}

/** The same, of a tenant that has endpoints and so is there. */
export async function lockKnownTenant(
  client: PoolClient,
  { environment, tenant }: TenantRef,
): Promise<void> {
  await client.query('SELECT FROM tenants WHERE environment = $1 AND id = $2 FOR UPDATE', [
    environment,
    tenant,
  ]);
}

export type TenantDeletion = 'deleted' | 'in use' | 'not found';

/** Deletes a tenant that has no endpoints. Its events and deliveries stay as they are. */
export async function deleteTenant(
  pool: Pool,
  tenantRef: TenantRef,
  by: Actor,
): Promise<TenantDeletion> {
  const { environment, tenant } = tenantRef;
  return inTransaction(pool, async (client) => {
    const found = await client.query<TenantRecord>(
      `SELECT ${columns} FROM tenants WHERE environment = $1 AND id = $2 FOR UPDATE`,
      [environment, tenant],
    );
    const [before] = found.rows;
    if (before === undefined) return 'not found';
    const endpoints = await client.query(
      `SELECT 1 FROM endpoints
       WHERE environment = $1 AND tenant = $2 AND deleted_at IS NULL AND NOT one_off LIMIT 1`,
      [environment, tenant],
    );
    if (endpoints.rowCount !== 0) return 'in use';
    await client.query(`DELETE FROM tenants WHERE environment = $1 AND id = $2`, [
      environment,
      tenant,
    ]);
    await auditTenant(client, tenantRef, { action: 'tenant.deleted', before, after: null }, by);
    return 'deleted';
  });
}
