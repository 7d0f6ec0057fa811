import type { GatedEndpoint } from '../domain/gate.js';
import type { Queryable } from './pool.js';

/** The members of a `GatedEndpoint` for `json_build_object`, of `endpoints e`. */
export const gatedMembers = `'enabled', e.enabled, 'deleted', e.deleted_at IS NOT NULL,
  'disabledReason', e.disabled_reason, 'paused', e.paused_at IS NOT NULL, 'circuitOpen', e.circuit_opened_at IS NOT NULL,
  'ordered', e.ordered, 'paced', e.rate_limit_per_second IS NOT NULL OR e.max_in_flight IS NOT NULL`;

/** What the gate asks of an endpoint, deleted ones included. */
export async function readGated(db: Queryable, endpointId: string): Promise<GatedEndpoint> {
  const { rows } = await db.query<{ endpoint: GatedEndpoint }>(
    `SELECT json_build_object(${gatedMembers}) AS endpoint FROM endpoints e WHERE e.id = $1`,
    [endpointId],
  );
  if (rows[0] === undefined) throw new Error(`The endpoint ${endpointId} of a delivery is gone`);
  return rows[0].endpoint;
}
