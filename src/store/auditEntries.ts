import type { PoolClient } from 'pg';
import type { Actor, ActorKind, AuditAction } from '../domain/audit.js';
import type { Changes } from '../domain/changesBetween.js';
import { lowestUuidAt } from '../domain/ids.js';
import type { Environment } from '../domain/words.js';
import { chunkSize, inChunks } from './inChunks.js';
import type { Page } from './page.js';
import type { Queryable } from './pool.js';

/** Something that was done. */
export interface NewAuditEntry {
  environment: Environment;
  /** Null: it is about no tenant. */
  tenant: string | null;
  action: AuditAction;
  /** What it was done to, as the API shows it: an id or a name. */
  subject: string;
  changes: Changes;
}

export interface AuditEntry extends Omit<NewAuditEntry, 'environment'> {
  /** A bare UUIDv7, made by the database while what was changed is locked: in the order of the changes. */
  id: string;
  actorKind: ActorKind;
  /** The bare UUID of the API key. */
  keyId: string | null;
  actorName: string;
  requestId: string | null;
}

/** Null: any. */
export interface AuditFilter {
  environment: Environment;
  tenant: string | null;
  subject: string | null;
  action: AuditAction | null;
  /** Milliseconds since 1970: at this moment or later, and before that one. */
  fromMs: number | null;
  untilMs: number | null;
}

/** In the transaction of the changes: so there is none without its entry. What changed nothing gets none. */
export async function insertAuditEntries(
  client: PoolClient,
  entries: readonly NewAuditEntry[],
  { kind, keyId, name, requestId }: Actor,
): Promise<void> {
  const changed = entries.filter(({ changes }) => Object.keys(changes).length > 0);
  if (changed.length === 0) return;
  await client.query(
    `INSERT INTO audit_entries (environment, tenant, action, subject, changes, actor_kind, key_id, actor_name, request_id)
     SELECT e.environment, e.tenant, e.action, e.subject, e.changes, $2, $3, $4, $5
     FROM json_to_recordset($1::json) AS e(environment text, tenant text, action text, subject text, changes json)`,
    [JSON.stringify(changed), kind, keyId, name, requestId],
  );
}

/** Entries that match, newest first, up to `limit + 1`. */
export async function listAuditEntries(
  db: Queryable,
  { environment, tenant, subject, action, fromMs, untilMs }: AuditFilter,
  page: Page<string>,
): Promise<AuditEntry[]> {
  const { rows } = await db.query<AuditEntry>(
    `SELECT id, tenant, action, subject, changes, actor_kind AS "actorKind", key_id AS "keyId",
       actor_name AS "actorName", request_id AS "requestId"
     FROM audit_entries
     WHERE environment = $1 AND ($2::text IS NULL OR tenant = $2) AND ($3::text IS NULL OR subject = $3)
       AND ($4::text IS NULL OR action = $4) AND ($5::uuid IS NULL OR id >= $5) AND ($6::uuid IS NULL OR id < $6)
       AND ($7::uuid IS NULL OR id < $7)
     ORDER BY id DESC LIMIT $8`,
    [
      ...[environment, tenant, subject, action],
      fromMs === null ? null : lowestUuidAt(fromMs),
      untilMs === null ? null : lowestUuidAt(untilMs),
      ...[page.after, page.limit + 1],
    ],
  );
  return rows;
}

/** In one go, a hundred thousand entries; the housekeeping's next round takes the rest. */
const maxChunks = 100;

/** Deletes what is older than that. */
export async function deleteOldAuditEntries(
  db: Queryable,
  retentionDays: number,
  stopping?: AbortSignal,
): Promise<void> {
  await inChunks(
    maxChunks,
    async () => {
      const { rowCount } = await db.query(
        `DELETE FROM audit_entries WHERE id = ANY (ARRAY(
           SELECT id FROM audit_entries WHERE id < lowest_uuid_at(now() - make_interval(days => $1))
           ORDER BY id LIMIT $2))`,
        [retentionDays, chunkSize],
      );
      return rowCount ?? 0;
    },
    stopping,
  );
}
