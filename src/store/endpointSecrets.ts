import type { PoolClient } from 'pg';
import type { Actor } from '../domain/audit.js';
import { changesBetween } from '../domain/changesBetween.js';
import { auditEndpoint } from './auditEndpoint.js';
import { newUuid } from './newUuid.js';
import { secretKind } from '../domain/signing/secretKind.js';
import type { SignatureName } from '../domain/signing/signatureNames.js';
import { signaturesProblem } from '../domain/signing/signaturesProblem.js';
import { maxSecrets } from '../domain/limits.js';
import { Problem } from '../domain/problem.js';
import type { EndpointRef } from '../domain/refs.js';
import { raiseSecretRotated } from './raiseRotations.js';
import { secretContext } from './endpointSealing.js';
import { lockEndpoint } from './lockEndpoint.js';
import { inTransaction, type Pool, type Queryable } from './pool.js';
import { restartRotation } from './restartRotation.js';
import type { Sealer } from './sealer.js';

export interface LiveSecret {
  secret: string;
  version: number;
  createdAt: Date;
  /** Null: the newest. Otherwise it signs beside the newest until then. */
  expiresAt: Date | null;
}

interface SealedSecretRow {
  id: string;
  version: number;
  sealed: string;
  createdAt: Date;
  expiresAt: Date | null;
}

/** The condition of the rows that sign now. */
export const isLiveSecretSql = `(expires_at IS NULL OR expires_at > now())`;

const columns = `id, version, sealed, created_at AS "createdAt", expires_at AS "expiresAt"`;

/** The secrets that sign now, newest first; empty only for an endpoint that isn't there. */
export async function readLiveSecrets(
  db: Queryable,
  sealer: Sealer,
  endpoint: EndpointRef,
): Promise<LiveSecret[]> {
  const { rows } = await db.query<SealedSecretRow>(
    `SELECT ${columns} FROM endpoint_secrets WHERE endpoint_id = $1 AND ${isLiveSecretSql}
     ORDER BY version DESC`,
    [endpoint.endpointId],
  );
  return rows.map(({ id, version, sealed, createdAt, expiresAt }) => ({
    secret: sealer.open(sealed, secretContext(endpoint, id, version)),
    version,
    createdAt,
    expiresAt,
  }));
}

/** Adds a secret that has no expiry. The caller has seen to it that there is no other such. */
export async function insertSecret(
  db: Queryable,
  sealer: Sealer,
  endpoint: EndpointRef,
  { secret, version }: { secret: string; version: number },
): Promise<void> {
  const id = newUuid();
  await db.query(
    `INSERT INTO endpoint_secrets (id, endpoint_id, version, sealed) VALUES ($1, $2, $3, $4)`,
    [id, endpoint.endpointId, version, sealer.seal(secret, secretContext(endpoint, id, version))],
  );
}

/**
 * Makes a secret the newest. Those before it sign beside it for `overlapSeconds` at most, with 0 no longer at all.
 * `makeSecret` makes it, given the newest until now. Returns the live ones, or null if there is no such endpoint. Throws
 * `secret_limit` where there would be too many, `invalid_request` where it can't make the endpoint's signatures.
 */
export async function rotateSecret(
  pool: Pool,
  sealer: Sealer,
  endpoint: EndpointRef,
  rotation: Rotation,
  by: Actor,
): Promise<LiveSecret[] | null> {
  return inTransaction(pool, (client) => rotateLocked(client, sealer, endpoint, rotation, by));
}

interface Rotation {
  makeSecret: (newest: string) => string;
  overlapSeconds: number;
  /** By the service itself, as its owner wanted; otherwise at once. */
  isScheduled?: boolean;
}

/** The same, in the caller's transaction. */
export async function rotateLocked(
  client: PoolClient,
  sealer: Sealer,
  endpoint: EndpointRef,
  { makeSecret, overlapSeconds, isScheduled = false }: Rotation,
  by: Actor,
): Promise<LiveSecret[] | null> {
  const locked = await lockEndpoint(client, endpoint);
  if (locked === null) return null;
  const before = await readLiveSecrets(client, sealer, endpoint);
  const [newest] = before;
  if (newest === undefined) throw new Error('The endpoint has no live secret');
  const secret = makeSecret(newest.secret);
  refuseUnfitSecret(locked.signatures, secret);
  await endLiveSecrets(client, endpoint.endpointId, overlapSeconds);
  await insertSecret(client, sealer, endpoint, { secret, version: newest.version + 1 });
  const live = await readLiveSecrets(client, sealer, endpoint);
  if (live.length > maxSecrets) throw tooManySecrets(live);
  await restartRotation(client, endpoint.endpointId);
  const changes = changesBetween(versionsOf(before), versionsOf(live));
  await auditEndpoint(client, endpoint, { action: 'endpoint.secret_rotated', changes }, by);
  await raiseSecretRotated(client, endpoint.endpointId, isScheduled);
  return live;
}

async function endLiveSecrets(
  client: PoolClient,
  endpointId: string,
  overlapSeconds: number,
): Promise<void> {
  await client.query(
    `UPDATE endpoint_secrets
     SET expires_at = least(expires_at, now() + $2::double precision * interval '1 second')
     WHERE endpoint_id = $1 AND ${isLiveSecretSql}`,
    [endpointId, overlapSeconds],
  );
}

/** Which secrets sign, for the audit log. */
function versionsOf(live: readonly LiveSecret[]): { secretVersions: number[] } {
  return { secretVersions: live.map(({ version }) => version) };
}

function refuseUnfitSecret(signatures: readonly SignatureName[], secret: string): void {
  const detail = signaturesProblem(signatures, secretKind(secret));
  if (detail !== null) {
    throw new Problem('invalid_request', `${detail}; remove the signatures first.`, [
      { pointer: '', detail },
    ]);
  }
}

function tooManySecrets(live: readonly LiveSecret[]): Problem {
  const ends = live.map((secret) => secret.expiresAt).filter((end) => end !== null);
  const earliest = new Date(Math.min(...ends.map(Number))).toISOString();
  return new Problem(
    'secret_limit',
    `At most ${maxSecrets} secrets may sign at once. The next of them ends at ${earliest}; ` +
      'or end the old ones now with "overlapSeconds": 0.',
  );
}
