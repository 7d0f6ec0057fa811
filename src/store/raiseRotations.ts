import { operationalTypes } from '../domain/operational.js';
import type { Queryable } from './pool.js';
import { insertInto, isTold, shownEndpoint } from './raiseEvents.js';
import { shownMoment } from './shownMoment.js';

/** Tells that an endpoint has a new secret; in the transaction that gave it, after it. The secret is not told. */
export async function raiseSecretRotated(
  db: Queryable,
  endpointId: string,
  isScheduled: boolean,
): Promise<void> {
  await db.query(
    `${insertInto} SELECT e.environment, '${operationalTypes.secretRotated}', json_build_object(
        'endpoint', ${shownEndpoint}, 'scheduled', $2::boolean, 'rotatedAt', ${shownMoment('now()')},
        'oldSecretsEndAt', (SELECT ${shownMoment('max(s.expires_at)')} FROM endpoint_secrets s
          WHERE s.endpoint_id = e.id AND s.expires_at > now()),
        'nextRotationAt', (SELECT ${shownMoment('r.next_at')} FROM secret_rotations r WHERE r.endpoint_id = e.id))
      FROM endpoints e WHERE e.id = $1 AND ${isTold}`,
    [endpointId, isScheduled],
  );
}

/** Tells of rotations that come soon. */
export async function raiseRotationsDue(db: Queryable, endpointIds: string[]): Promise<void> {
  if (endpointIds.length === 0) return;
  await db.query(
    `${insertInto} SELECT e.environment, '${operationalTypes.secretRotationDue}', json_build_object(
        'endpoint', ${shownEndpoint}, 'rotatesAt', ${shownMoment('r.next_at')}, 'everyDays', r.every_days,
        'overlapSeconds', r.overlap_seconds)
      FROM secret_rotations r JOIN endpoints e ON e.id = r.endpoint_id
      WHERE e.id = ANY ($1) AND e.deleted_at IS NULL AND ${isTold}`,
    [endpointIds],
  );
}
