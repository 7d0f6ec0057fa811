import type { PoolClient } from 'pg';
import type { Actor, AuditAction } from '../domain/audit.js';
import { changesBetween } from '../domain/changesBetween.js';
import { showId } from '../domain/ids.js';
import { insertAuditEntries } from './auditEntries.js';
import { newUuid } from './newUuid.js';
import type { Scope } from '../domain/scopes.js';
import type { Environment } from '../domain/words.js';
import { apiKeyDigest, apiKeyDisplayPrefix, generateApiKeyText } from './apiKeyText.js';
import type { Page } from './page.js';
import { inTransaction, type Pool, type Queryable } from './pool.js';

export interface ApiKeyRecord {
  /** The bare UUID. */
  id: string;
  environment: Environment;
  /** Null: all tenants of the environment. */
  tenant: string | null;
  name: string;
  scopes: Scope[];
  /** Its first characters, by which its owner recognizes it. */
  displayPrefix: string;
  createdAt: Date;
  expiresAt: Date | null;
  /** To the minute; null if never. */
  lastUsedAt: Date | null;
}

/** Whose keys are meant: those of an environment, or those of one tenant in it. */
export interface ApiKeyOwner {
  environment: Environment;
  tenant: string | null;
}

export type NewApiKey = Pick<
  ApiKeyRecord,
  'environment' | 'tenant' | 'name' | 'scopes' | 'expiresAt'
>;

const columns = `id, environment, tenant, name, scopes, display_prefix AS "displayPrefix",
  created_at AS "createdAt", expires_at AS "expiresAt", last_used_at AS "lastUsedAt"`;
const ofOwner = `environment = $1 AND ($2::text IS NULL OR tenant = $2) AND revoked_at IS NULL`;

/** Makes a key. Its text is returned this once and stored nowhere: only its SHA-256 is. */
export async function createApiKey(
  pool: Pool,
  { environment, tenant, name, scopes, expiresAt }: NewApiKey,
  by: Actor,
): Promise<{ record: ApiKeyRecord; key: string }> {
  const key = generateApiKeyText(environment);
  const record = await inTransaction(pool, async (client) => {
    const { rows } = await client.query<ApiKeyRecord>(
      `INSERT INTO api_keys (id, environment, tenant, name, scopes, display_prefix, sha256, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING ${columns}`,
      [
        ...[newUuid(), environment, tenant, name, scopes],
        ...[apiKeyDisplayPrefix(key), apiKeyDigest(key), expiresAt],
      ],
    );
    if (rows[0] === undefined) throw new Error('The insert of an API key returned no row');
    await auditApiKey(client, rows[0], 'api_key.created', by);
    return rows[0];
  });
  return { record, key };
}

async function auditApiKey(
  client: PoolClient,
  { id, environment, tenant, ...record }: ApiKeyRecord,
  action: AuditAction & `api_key.${string}`,
  by: Actor,
): Promise<void> {
  const { name, scopes, displayPrefix, expiresAt } = record;
  const key = { name, scopes, displayPrefix, expiresAt };
  const isCreated = action === 'api_key.created';
  const changes = changesBetween(isCreated ? null : key, isCreated ? key : null);
  const subject = showId('apiKey', id);
  await insertAuditEntries(client, [{ environment, tenant, action, subject, changes }], by);
}

const isUsable = `revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())`;

/** How many keys of each environment are neither revoked nor expired. */
export async function countUsableApiKeys(db: Queryable): Promise<Map<string, number>> {
  const { rows } = await db.query<{ environment: string; count: number }>(
    `SELECT environment, count(*)::int AS count FROM api_keys WHERE ${isUsable} GROUP BY environment`,
  );
  return new Map(rows.map(({ environment, count }) => [environment, count]));
}

/** The key with this SHA-256, unless it was revoked or has expired; notes at most once a minute that it was used. */
export async function useApiKey(db: Queryable, sha256: Buffer): Promise<ApiKeyRecord | null> {
  const { rows } = await db.query<ApiKeyRecord>(
    `SELECT ${columns} FROM api_keys
     WHERE sha256 = $1 AND ${isUsable}`,
    [sha256],
  );
  const record = rows[0];
  if (record === undefined) return null;
  await db.query(
    `UPDATE api_keys SET last_used_at = now()
     WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')`,
    [record.id],
  );
  return record;
}

/** The keys that are not revoked, newest first, expired ones included; up to `limit + 1`. */
export async function listApiKeys(
  db: Queryable,
  { environment, tenant }: ApiKeyOwner,
  page: Page<string>,
): Promise<ApiKeyRecord[]> {
  const { rows } = await db.query<ApiKeyRecord>(
    `SELECT ${columns} FROM api_keys
     WHERE ${ofOwner} AND ($3::uuid IS NULL OR id < $3)
     ORDER BY id DESC LIMIT $4`,
    [environment, tenant, page.after, page.limit + 1],
  );
  return rows;
}

/** One key, by its bare UUID; null if there is none, or if it was revoked. */
export async function readApiKey(
  db: Queryable,
  { environment, tenant }: ApiKeyOwner,
  id: string,
): Promise<ApiKeyRecord | null> {
  const { rows } = await db.query<ApiKeyRecord>(
    `SELECT ${columns} FROM api_keys WHERE ${ofOwner} AND id = $3`,
    [environment, tenant, id],
  );
  return rows[0] ?? null;
}

/** Ends a key for good; processes that have it in memory notice within seconds. False if there is none. */
export async function revokeApiKey(
  pool: Pool,
  { environment, tenant }: ApiKeyOwner,
  id: string,
  by: Actor,
): Promise<boolean> {
  return await inTransaction(pool, async (client) => {
    const { rows } = await client.query<ApiKeyRecord>(
      `UPDATE api_keys SET revoked_at = now() WHERE ${ofOwner} AND id = $3 RETURNING ${columns}`,
      [environment, tenant, id],
    );
    if (rows[0] === undefined) return false;
    await auditApiKey(client, rows[0], 'api_key.revoked', by);
    return true;
  });
}
