import type { TenantRef } from '../domain/refs.js';
import type { Queryable } from './pool.js';

/** Which of these endpoints are that tenant's and there; bare UUIDs. */
export async function readOwnEndpoints(
  db: Queryable,
  tenant: TenantRef,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  return await readIds(db, tenant, ids, 'endpoints WHERE deleted_at IS NULL');
}

/** Which of these deliveries are that tenant's; bare UUIDs. */
export async function readOwnDeliveries(
  db: Queryable,
  tenant: TenantRef,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  return await readIds(db, tenant, ids, 'deliveries WHERE true');
}

async function readIds(
  db: Queryable,
  { environment, tenant }: TenantRef,
  ids: readonly string[],
  source: string,
): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const { rows } = await db.query<{ id: string }>(
    `SELECT id FROM ${source} AND id = ANY ($1::uuid[]) AND environment = $2 AND tenant = $3`,
    [ids, environment, tenant],
  );
  return new Set(rows.map(({ id }) => id));
}
