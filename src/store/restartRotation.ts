import type { PoolClient } from 'pg';
import { rotationNoticeDays } from '../domain/secretRotation.js';

/** The next moment at which there is something to do for a rotation at `nextAt` (SQL): to tell of it, or to do it. */
export function lookAt(nextAt: string): string {
  const moments = rotationNoticeDays.map((days) => `(${nextAt} - interval '${days * 24} hours')`);
  return `(SELECT coalesce(min(m), ${nextAt}) FROM (VALUES ${moments.join(', ')}, (${nextAt})) AS moments(m) WHERE m > now())`;
}

/** So many days (SQL) of 24 hours each, whatever the clocks of a time zone do. */
export const dayHours = (days: string): string => `make_interval(hours => ${days} * 24)`;

/** An endpoint has got a secret: where it gets one every so many days, the next is so many days from now. */
export async function restartRotation(client: PoolClient, endpointId: string): Promise<void> {
  const nextAt = `now() + ${dayHours('every_days')}`;
  await client.query(
    `UPDATE secret_rotations SET next_at = ${nextAt}, look_at = ${lookAt(`(${nextAt})`)}
     WHERE endpoint_id = $1 AND every_days IS NOT NULL`,
    [endpointId],
  );
}
