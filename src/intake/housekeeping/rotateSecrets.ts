import { generateSecret } from '../../delivery/signing/generateSecret.js';
import { systemActors } from '../../domain/audit.js';
import { showId } from '../../domain/ids.js';
import { secretKind } from '../../domain/signing/secretKind.js';
import type { Pool } from '../../store/pool.js';
import type { Sealer } from '../../store/sealer.js';
import { readDueRotations, rotateIfDue, tellDueRotations } from '../../store/secretRotations.js';
import type { Log } from '../../telemetry/log.js';

/** In one go of each; the next comes within seconds. */
const maxNotices = 1_000;
const maxRotations = 1_000;

/** Tells of rotations that come soon, and rotates what is due. */
export async function rotateSecrets(
  { pool, sealer, log }: { pool: Pool; sealer: Sealer; log: Log },
  stopping?: AbortSignal,
): Promise<void> {
  await tellDueRotations(pool, maxNotices);
  for (const endpoint of await readDueRotations(pool, maxRotations)) {
    if (stopping?.aborted === true) return;
    const endpointId = showId('endpoint', endpoint.endpointId);
    try {
      const makeSecret = (newest: string): string => generateSecret(secretKind(newest));
      const by = systemActors.service;
      if (await rotateIfDue(pool, sealer, endpoint, makeSecret, by)) {
        log.info({ endpointId }, 'a secret was rotated, as scheduled');
      }
    } catch (error) {
      // Such as one that was sealed with a key that is lost: no reason to keep all others waiting.
      log.error({ endpointId, err: error }, 'a scheduled rotation failed; it is tried again');
    }
  }
}
