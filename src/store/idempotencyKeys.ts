import type { Environment } from '../domain/words.js';
import { idempotencyHours } from '../domain/limits.js';
import { inTransaction, type Pool, type Queryable } from './pool.js';

/** An idempotency key in its scope. */
export interface IdempotencyScope {
  environment: Environment;
  tenant: string;
  route: string;
  key: string;
}

export interface RememberedAnswer {
  fingerprint: Uint8Array;
  status: number;
  /** Of an event as it was sent; of other requests sealed, in the `answerContext` of their key. */
  response: string;
  /** Of the `Location` header; null where the answer had none. */
  location: string | null;
}

/** Null `status`: its request is still being worked on. */
interface KeyRow extends Omit<RememberedAnswer, 'status'> {
  status: number | null;
  place: number;
}

/**
 * For each key: `busy` if another request is working on it now, the remembered answer, or null if it is new; from
 * then on it is this transaction's alone until its end. A lock that is only tried never waits, while an insert of the
 * same key would.
 */
export async function claimIdempotencyKeys(
  db: Queryable,
  scopes: readonly IdempotencyScope[],
): Promise<('busy' | RememberedAnswer | null)[]> {
  const columns = [
    scopes.map(({ environment }) => environment),
    scopes.map(({ tenant }) => tenant),
    scopes.map(({ route }) => route),
    scopes.map(({ key }) => key),
  ];
  const { rows: locks } = await db.query<{ locked: boolean }>(
    `SELECT pg_try_advisory_xact_lock(hashtextextended(concat_ws(chr(31), environment, tenant, route, key), 7)) AS locked
     FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) WITH ORDINALITY
       AS wanted(environment, tenant, route, key, place)
     ORDER BY place`,
    columns,
  );
  // In a statement of its own: its snapshot then shows what whoever held the lock before has committed.
  const { rows: found } = await db.query<KeyRow>(
    `SELECT i.fingerprint, i.status, coalesce(i.response, i.response_sealed) AS response, i.location, wanted.place::int AS place
     FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) WITH ORDINALITY
       AS wanted(environment, tenant, route, key, place)
     JOIN idempotency_keys i USING (environment, tenant, route, key)
     WHERE i.expires_at > now()`,
    columns,
  );
  const known = new Map(found.map((row) => [row.place - 1, row]));
  return locks.map(({ locked }, index) => {
    const row = known.get(index);
    if (!locked || row?.status === null) return 'busy';
    return row === undefined ? null : { ...row, status: row.status };
  });
}

/** Longer than any request is worked on: when a process ends meanwhile, its keys can be used again after that. */
const workSeconds = 120;

const isTheKey = `environment = $1 AND tenant = $2 AND route = $3 AND key = $4`;

function keyParameters({ environment, tenant, route, key }: IdempotencyScope): string[] {
  return [environment, tenant, route, key];
}

/**
 * Claims a key for a request that takes more than one transaction. Null: it is this request's, which then calls
 * `rememberAnswer` or `forgetKey`. Until then the key's row has no status, and others are told `busy`.
 */
export async function claimKeyForRequest(
  pool: Pool,
  scope: IdempotencyScope,
  fingerprint: Uint8Array,
): Promise<'busy' | RememberedAnswer | null> {
  return await inTransaction(pool, async (db) => {
    const [claim = null] = await claimIdempotencyKeys(db, [scope]);
    if (claim !== null) return claim;
    await db.query(
      `INSERT INTO idempotency_keys (environment, tenant, route, key, fingerprint, expires_at)
       VALUES ($1, $2, $3, $4, $5, now() + make_interval(secs => $6))
       ON CONFLICT (environment, tenant, route, key) DO UPDATE SET fingerprint = excluded.fingerprint,
         status = NULL, response = NULL, response_sealed = NULL, location = NULL, expires_at = excluded.expires_at`,
      [...keyParameters(scope), fingerprint, workSeconds],
    );
    return null;
  });
}

/** What the answer to a key's request is bound to when it is sealed. */
export function answerContext({ environment, tenant, route, key }: IdempotencyScope): string[] {
  return ['idempotent-answer', environment, tenant, route, key];
}

/** Keeps the sealed answer to a claimed key's request, to be given again. */
export async function rememberAnswer(
  db: Queryable,
  scope: IdempotencyScope,
  { status, response, location }: Omit<RememberedAnswer, 'fingerprint'>,
): Promise<void> {
  await db.query(
    `UPDATE idempotency_keys SET status = $5, response_sealed = $6, location = $7,
       expires_at = now() + make_interval(hours => $8)
     WHERE ${isTheKey} AND status IS NULL`,
    [...keyParameters(scope), status, response, location, idempotencyHours],
  );
}

/** Gives a claimed key back, since its request was refused or failed. */
export async function forgetKey(db: Queryable, scope: IdempotencyScope): Promise<void> {
  await db.query(
    `DELETE FROM idempotency_keys WHERE ${isTheKey} AND status IS NULL`,
    keyParameters(scope),
  );
}

const deletedPerStatement = 10_000;
/** Every ten minutes; twenty times what 100 events a second leave in that time. */
const maxDeleteStatements = 120;

/** Forgets what has expired, a bounded number at a time. */
export async function deleteExpiredIdempotencyKeys(db: Queryable): Promise<void> {
  for (let statement = 0; statement < maxDeleteStatements; statement += 1) {
    const { rowCount } = await db.query(
      `DELETE FROM idempotency_keys WHERE ctid = ANY (ARRAY(
         SELECT ctid FROM idempotency_keys WHERE expires_at < now() LIMIT $1))`,
      [deletedPerStatement],
    );
    if ((rowCount ?? 0) < deletedPerStatement) return;
  }
}
