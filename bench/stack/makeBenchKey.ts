import { systemActor } from '../../src/domain/audit.js';
import { scopes } from '../../src/domain/scopes.js';
import { createApiKey } from '../../src/store/apiKeys.js';
import type { Pool } from '../../src/store/pool.js';

/** An API key that may do everything. */
export async function makeBenchKey(pool: Pool): Promise<string> {
  const owner = { environment: 'test', tenant: null, name: 'bench', expiresAt: null } as const;
  const { key } = await createApiKey(pool, { ...owner, scopes: [...scopes] }, systemActor('bench'));
  return key;
}
