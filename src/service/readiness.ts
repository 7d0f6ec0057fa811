import type { Readiness } from '../api/apiDeps.js';
import type { Role } from '../config/settings.js';
import type { Pool } from '../store/pool.js';
import type { Engine } from './engine.js';

/** Postgres decides for the api role, which accepts without Temporal; the other roles need both. */
export async function readinessOf(
  pool: Pool,
  engine: Engine,
  roles: readonly Role[],
): Promise<Readiness> {
  const postgres = await pool.query('SELECT 1').then(
    () => 'ok',
    () => 'Postgres does not answer',
  );
  const needsTemporal = roles.some((role) => role !== 'api');
  const parts = needsTemporal ? { postgres, temporal: engine.status } : { postgres };
  const isTemporalRequired = !roles.includes('api');
  return {
    ready: postgres === 'ok' && (!isTemporalRequired || engine.status === 'ok'),
    parts,
  };
}
