import { randomBytes } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { scopes } from '../../src/domain/scopes.js';
import type { Environment } from '../../src/domain/words.js';
import { createApiKey } from '../../src/store/apiKeys.js';
import { createPool, type Pool } from '../../src/store/pool.js';
import { byTest } from '../setup/byTest.js';
import { builtDist } from '../setup/builtDist.js';
import { createTestDatabase } from '../setup/testDatabase.js';
import { claimTestNamespace } from '../setup/testNamespace.js';
import { ApiClient } from './apiClient.js';

/** A database, a Temporal namespace and the settings of a service on both, which any number of processes may use. */
export interface TestEnvironment {
  settings: Record<string, string>;
  pool: Pool;
  temporal: Client;
  /** A product's client for one tenant, with a key of all scopes for that environment. */
  clientOf(url: string, tenant: string, environment?: Environment): Promise<ApiClient>;
  stop(): Promise<void>;
}

/** Given ones are used instead of the run's, and are their owner's to stop. */
export interface GivenServers {
  databaseUrl?: string;
  temporal?: { address: string; namespace: string };
}

export async function createTestEnvironment(given: GivenServers = {}): Promise<TestEnvironment> {
  const [database, temporalServer] = await Promise.all([
    given.databaseUrl === undefined ? createTestDatabase() : undefined,
    given.temporal ?? claimTestNamespace(),
    builtDist(),
  ]);
  const databaseUrl = given.databaseUrl ?? database?.databaseUrl ?? '';
  const { address, namespace } = temporalServer;
  const pool = createPool(databaseUrl, 4, () => undefined);
  const connection = Connection.lazy({ address });
  return {
    settings: {
      PORT: '0',
      DATABASE_URL: databaseUrl,
      TEMPORAL_ADDRESS: address,
      TEMPORAL_NAMESPACE: namespace,
      EVERHOOK_ENCRYPTION_KEYS: `k1:${randomBytes(32).toString('base64')}`,
      EVERHOOK_ALLOW_NETWORKS: '127.0.0.0/8',
      EVERHOOK_DATABASE_POOL_SIZE: '8',
      EVERHOOK_LOG_LEVEL: 'warn',
    },
    pool,
    temporal: new Client({ connection, namespace }),
    async clientOf(url, tenant, environment = 'test') {
      const owner = { environment, tenant: null, name: 'a test', expiresAt: null };
      const { key } = await createApiKey(pool, { ...owner, scopes: [...scopes] }, byTest);
      return new ApiClient(url, key, tenant);
    },
    async stop() {
      await connection.close();
      await pool.end();
      await database?.drop();
    },
  };
}
