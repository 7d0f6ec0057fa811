import type { PoolClient } from 'pg';
import type { Actor, AuditAction } from '../domain/audit.js';
import { changesBetween } from '../domain/changesBetween.js';
import { showId } from '../domain/ids.js';
import type { JwtAlgorithm } from '../domain/jwtAlgorithms.js';
import { maxJwtKeysPerTenant } from '../domain/limits.js';
import { Problem } from '../domain/problem.js';
import type { TenantRef } from '../domain/refs.js';
import { insertAuditEntries } from './auditEntries.js';
import { newUuid } from './newUuid.js';
import type { Page } from './page.js';
import { inTransaction, type Pool, type Queryable } from './pool.js';
import type { Sealer } from './sealer.js';
import { lockTenant } from './tenants.js';

/** A key that verifies what a tenant signs; a shared secret is not among what is read to be shown. */
export interface JwtKeyRecord {
  /** The bare UUID. */
  id: string;
  /** What tokens call it; null: they don't name it. */
  kid: string | null;
  algorithm: JwtAlgorithm;
  /** PEM (SPKI); null: a shared secret. */
  publicKey: string | null;
  thumbprint: string | null;
  name: string;
  createdAt: Date;
}

export type NewJwtKey = Omit<JwtKeyRecord, 'id' | 'createdAt'> & {
  /** Null: a public key. */
  secret: string | null;
};

/** A key as accepting events needs it. */
export type JwtKeyToVerify = Pick<JwtKeyRecord, 'id' | 'kid' | 'algorithm' | 'publicKey'> & {
  secretSealed: string | null;
};

const columns = `id, kid, algorithm, public_key AS "publicKey", thumbprint, name, created_at AS "createdAt"`;

/** Adds a key, and the tenant if need be. Throws `jwt_key_limit` and `kid_in_use`. */
export async function createJwtKey(
  pool: Pool,
  sealer: Sealer,
  tenantRef: TenantRef,
  { kid, algorithm, publicKey, thumbprint, secret, name }: NewJwtKey,
  by: Actor,
): Promise<JwtKeyRecord> {
  const { environment, tenant } = tenantRef;
  const id = newUuid();
  const secretSealed =
    secret === null ? null : sealer.seal(secret, jwtSecretContext(tenantRef, id));
  return inTransaction(pool, async (client) => {
    await lockTenant(client, tenantRef);
    await refuseFurther(client, tenantRef, kid);
    const { rows } = await client.query<JwtKeyRecord>(
      `INSERT INTO jwt_keys (id, environment, tenant, kid, algorithm, public_key, thumbprint, secret_sealed, name)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING ${columns}`,
      [id, environment, tenant, kid, algorithm, publicKey, thumbprint, secretSealed, name],
    );
    if (rows[0] === undefined) throw new Error('The insert of a JWT key returned no row');
    await auditJwtKey(client, tenantRef, rows[0], 'jwt_key.created', by);
    return rows[0];
  });
}

/** Its public key is told by the thumbprint. */
async function auditJwtKey(
  client: PoolClient,
  { environment, tenant }: TenantRef,
  { id, name, kid, algorithm, thumbprint }: JwtKeyRecord,
  action: AuditAction & `jwt_key.${string}`,
  by: Actor,
): Promise<void> {
  const key = { name, kid, algorithm, thumbprint };
  const isCreated = action === 'jwt_key.created';
  const changes = changesBetween(isCreated ? null : key, isCreated ? key : null);
  const subject = showId('jwtKey', id);
  await insertAuditEntries(client, [{ environment, tenant, action, subject, changes }], by);
}

/** The tenant's row is locked, so that no other key comes between. */
async function refuseFurther(
  client: PoolClient,
  { environment, tenant }: TenantRef,
  kid: string | null,
): Promise<void> {
  const { rows } = await client.query<{ kid: string | null }>(
    `SELECT kid FROM jwt_keys WHERE environment = $1 AND tenant = $2`,
    [environment, tenant],
  );
  if (kid !== null && rows.some((row) => row.kid === kid)) {
    const detail = 'Another JWT key of the tenant has this kid';
    throw new Problem('kid_in_use', `${detail}.`, [{ pointer: '/kid', detail }]);
  }
  if (rows.length >= maxJwtKeysPerTenant) {
    throw new Problem(
      'jwt_key_limit',
      `A tenant may have ${maxJwtKeysPerTenant} JWT keys. Delete one that signs nothing any more.`,
    );
  }
}

/** The keys of a tenant, newest first, up to `limit + 1`. */
export async function listJwtKeys(
  db: Queryable,
  { environment, tenant }: TenantRef,
  page: Page<string>,
): Promise<JwtKeyRecord[]> {
  const { rows } = await db.query<JwtKeyRecord>(
    `SELECT ${columns} FROM jwt_keys
     WHERE environment = $1 AND tenant = $2 AND ($3::uuid IS NULL OR id < $3)
     ORDER BY id DESC LIMIT $4`,
    [environment, tenant, page.after, page.limit + 1],
  );
  return rows;
}

/** One key, by its bare UUID; null if there is none. */
export async function readJwtKey(
  db: Queryable,
  { environment, tenant }: TenantRef,
  id: string,
): Promise<JwtKeyRecord | null> {
  const { rows } = await db.query<JwtKeyRecord>(
    `SELECT ${columns} FROM jwt_keys WHERE environment = $1 AND tenant = $2 AND id = $3`,
    [environment, tenant, id],
  );
  return rows[0] ?? null;
}

/** What it has signed is accepted no longer. False if there is none. */
export async function deleteJwtKey(
  pool: Pool,
  tenantRef: TenantRef,
  id: string,
  by: Actor,
): Promise<boolean> {
  return await inTransaction(pool, async (client) => {
    const { rows } = await client.query<JwtKeyRecord>(
      `DELETE FROM jwt_keys WHERE environment = $1 AND tenant = $2 AND id = $3 RETURNING ${columns}`,
      [tenantRef.environment, tenantRef.tenant, id],
    );
    if (rows[0] === undefined) return false;
    await auditJwtKey(client, tenantRef, rows[0], 'jwt_key.deleted', by);
    return true;
  });
}

/** The shared secret of a key that has one. */
export function openJwtSecret(
  sealer: Sealer,
  tenantRef: TenantRef,
  { id, secretSealed }: Pick<JwtKeyToVerify, 'id' | 'secretSealed'>,
): string {
  if (secretSealed === null) throw new Error(`The JWT key ${id} has no shared secret`);
  return sealer.open(secretSealed, jwtSecretContext(tenantRef, id));
}

/** What a shared secret is bound to when it is sealed. */
export function jwtSecretContext({ environment, tenant }: TenantRef, id: string): string[] {
  return ['jwt-secret', environment, tenant, id];
}
