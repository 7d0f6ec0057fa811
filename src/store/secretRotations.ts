import type { PoolClient } from 'pg';
import type { Actor } from '../domain/audit.js';
import { changesBetween } from '../domain/changesBetween.js';
import { maxSecrets } from '../domain/limits.js';
import type { EndpointRef } from '../domain/refs.js';
import type { SecretRotation } from '../domain/secretRotation.js';
import { auditEndpoint } from './auditEndpoint.js';
import { isLiveSecretSql, rotateLocked } from './endpointSecrets.js';
import { dayHours, lookAt } from './restartRotation.js';
import { lockEndpoint } from './lockEndpoint.js';
import { inTransaction, type Pool, type Queryable } from './pool.js';
import { raiseRotationsDue } from './raiseRotations.js';
import type { Sealer } from './sealer.js';

const columns = `every_days AS "everyDays", overlap_seconds AS "overlapSeconds", next_at AS "nextAt"`;

export async function readSecretRotation(
  db: Queryable,
  endpointId: string,
): Promise<SecretRotation | null> {
  const { rows } = await db.query<SecretRotation>(
    `SELECT ${columns} FROM secret_rotations WHERE endpoint_id = $1`,
    [endpointId],
  );
  return rows[0] ?? null;
}

/** A rotation to be set up: without `nextAt` its first is after `everyDays`. */
export type NewSecretRotation = Omit<SecretRotation, 'nextAt'> & { nextAt: Date | null };

/** Sets up an endpoint's rotation in the place of any other, or with null ends it. False if there is no such endpoint. */
export async function setSecretRotation(
  pool: Pool,
  endpoint: EndpointRef,
  wanted: NewSecretRotation | null,
  by: Actor,
): Promise<boolean> {
  return await inTransaction(pool, async (client) => {
    if ((await lockEndpoint(client, endpoint)) === null) return false;
    const before = await readSecretRotation(client, endpoint.endpointId);
    if (wanted === null) await endRotation(client, endpoint.endpointId);
    else await putRotation(client, endpoint.endpointId, wanted);
    const after = await readSecretRotation(client, endpoint.endpointId);
    const changes = changesBetween<SecretRotation>(before, after);
    const action = 'endpoint.secret_rotation_changed';
    await auditEndpoint(client, endpoint, { action, changes }, by);
    return true;
  });
}

async function putRotation(
  client: PoolClient,
  endpointId: string,
  { everyDays, overlapSeconds, nextAt }: NewSecretRotation,
): Promise<void> {
  await client.query(
    `INSERT INTO secret_rotations (endpoint_id, every_days, overlap_seconds, next_at, look_at)
     SELECT $1, $2, $3, next_at, ${lookAt('next_at')}
     FROM (SELECT coalesce($4::timestamptz, now() + ${dayHours('$2::integer')}) AS next_at) given
     ON CONFLICT (endpoint_id) DO UPDATE SET every_days = excluded.every_days,
       overlap_seconds = excluded.overlap_seconds, next_at = excluded.next_at, look_at = excluded.look_at`,
    [endpointId, everyDays, overlapSeconds, nextAt],
  );
}

async function endRotation(client: PoolClient, endpointId: string): Promise<void> {
  await client.query('DELETE FROM secret_rotations WHERE endpoint_id = $1', [endpointId]);
}

/** Endpoints whose rotation is due, the longest first. */
export async function readDueRotations(db: Queryable, limit: number): Promise<EndpointRef[]> {
  const { rows } = await db.query<EndpointRef>(
    `SELECT e.environment, e.tenant, e.id AS "endpointId"
     FROM secret_rotations r JOIN endpoints e ON e.id = r.endpoint_id
     WHERE r.next_at <= now() ORDER BY r.next_at LIMIT $1`,
    [limit],
  );
  return rows;
}

/**
 * Rotates an endpoint's secret if that is due now, and says whether it did. In the same transaction the next one is set
 * up: so whatever ends this, and however many do it at once, it is done once. Where five secrets sign already it is put
 * off until the first of them ends: none is cut short that a receiver may still rely on.
 */
export async function rotateIfDue(
  pool: Pool,
  sealer: Sealer,
  endpoint: EndpointRef,
  makeSecret: (newest: string) => string,
  by: Actor,
): Promise<boolean> {
  const { endpointId } = endpoint;
  return await inTransaction(pool, async (client) => {
    if ((await lockEndpoint(client, endpoint)) === null) {
      await endRotation(client, endpointId);
      return false;
    }
    const { rows } = await client.query<SecretRotation>(
      `SELECT ${columns} FROM secret_rotations WHERE endpoint_id = $1 AND next_at <= now()`,
      [endpointId],
    );
    const [due] = rows;
    if (due === undefined) return false;
    const { overlapSeconds } = due;
    if (overlapSeconds > 0 && (await putOff(client, endpointId))) return false;
    if (due.everyDays === null) await endRotation(client, endpointId);
    const rotation = { makeSecret, overlapSeconds, isScheduled: true };
    await rotateLocked(client, sealer, endpoint, rotation, by);
    return true;
  });
}

/** Whether there is no room for another secret. */
async function putOff(client: PoolClient, endpointId: string): Promise<boolean> {
  const { rowCount } = await client.query(
    `UPDATE secret_rotations SET next_at = live.first_end, look_at = live.first_end
     FROM (SELECT min(expires_at) AS first_end, count(*) AS count FROM endpoint_secrets
       WHERE endpoint_id = $1 AND ${isLiveSecretSql}) live
     WHERE endpoint_id = $1 AND live.count >= $2`,
    [endpointId, maxSecrets],
  );
  return rowCount === 1;
}

/** Tells of rotations that come soon, up to `limit`; returns how many. Each notice is given once. */
export async function tellDueRotations(pool: Pool, limit: number): Promise<number> {
  return await inTransaction(pool, async (client) => {
    const { rows } = await client.query<{ id: string }>(
      `UPDATE secret_rotations SET look_at = ${lookAt('next_at')}
       WHERE endpoint_id = ANY (ARRAY(SELECT endpoint_id FROM secret_rotations
         WHERE look_at <= now() AND next_at > now() ORDER BY look_at LIMIT $1 FOR UPDATE SKIP LOCKED))
       RETURNING endpoint_id AS id`,
      [limit],
    );
    await raiseRotationsDue(
      client,
      rows.map(({ id }) => id),
    );
    return rows.length;
  });
}
