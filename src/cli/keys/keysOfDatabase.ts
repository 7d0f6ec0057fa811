import { grantApiKey } from '../../api/grantApiKey.js';
import { newApiKey, showApiKey } from '../../api/schemas/apiKeySchemas.js';
import { systemActors } from '../../domain/audit.js';
import { uuidOf } from '../../domain/ids.js';
import { scopes } from '../../domain/scopes.js';
import type { Environment } from '../../domain/words.js';
import { createApiKey, listApiKeys, revokeApiKey } from '../../store/apiKeys.js';
import { createPool, type Pool } from '../../store/pool.js';
import { maxKeysListed, type KeyRing } from './keyRing.js';

const noSuchTable = '42P01';

/**
 * The keys in a database, for whoever may write to it: so the first key of one's own database is made. The same rules
 * as through the API. A running service notices a revoked key within seconds.
 */
export function keysOfDatabase(databaseUrl: string, environment: Environment): KeyRing {
  const owner = { environment, tenant: null };
  const rights = { ...owner, scopes, expiresAt: null };
  const pool = createPool(databaseUrl, 1, () => undefined);
  return {
    create: async (wanted) => {
      const granted = grantApiKey(rights, newApiKey.parse(wanted), Date.now());
      const { record, key } = await migrated(createApiKey(pool, granted, systemActors.command));
      return { ...showApiKey(record), key };
    },
    list: async () => {
      const page = { limit: maxKeysListed, after: null };
      const rows = await migrated(listApiKeys(pool, owner, page));
      return rows.slice(0, maxKeysListed).map(showApiKey);
    },
    revoke: async (shown) => {
      const id = uuidOf('apiKey', shown);
      if (await migrated(revokeApiKey(pool, owner, id, systemActors.command))) return;
      throw new Error(`There is no key ${shown} in the environment ${environment}.`);
    },
    close: () => closePool(pool),
  };
}

async function migrated<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    if ((cause as { code?: string }).code !== noSuchTable) throw cause;
    throw new Error('The database has no tables yet: run `everhook migrate` first.', { cause });
  }
}

async function closePool(pool: Pool): Promise<void> {
  await pool.end();
}
