import { scopes } from '../../src/domain/scopes.js';
import { createApiKey } from '../../src/store/apiKeys.js';
import type { Pool } from '../../src/store/pool.js';

/** An API key that may do everything. */
export async function makeBenchKey(pool: Pool): Promise<string> {
  const { key } = await createApiKey(pool, {
    environment: 'test',
    tenant: null,
    name: 'bench',
    scopes: [...scopes],
    expiresAt: null,
  });
  return key;
}
