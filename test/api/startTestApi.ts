import { randomBytes } from 'node:crypto';
import { createApi } from '../../src/api/createApi.js';
import type { ApiDeps } from '../../src/api/apiDeps.js';
import { loadConfig } from '../../src/config/loadConfig.js';
import { createAddressGuard } from '../../src/delivery/address/addressGuard.js';
import { createSealer, parseEncryptionKeys, type Sealer } from '../../src/store/sealer.js';
import { createSender } from '../../src/delivery/sender.js';
import { scopes } from '../../src/domain/scopes.js';
import { Acceptor } from '../../src/intake/accept/acceptor.js';
import { createIntake } from '../../src/intake/createIntake.js';
import { createApiKey, type NewApiKey } from '../../src/store/apiKeys.js';
import { createPool, type Pool } from '../../src/store/pool.js';
import { createLog } from '../../src/telemetry/log.js';
import { createMetrics } from '../../src/telemetry/metrics/createMetrics.js';
import { byTest } from '../setup/byTest.js';
import { noTracing } from '../../src/telemetry/tracing/tracing.js';
import { createTestDatabase } from '../setup/testDatabase.js';

export interface CallOptions {
  /** An API key, or null for none; that of all scopes in `test` unless told. */
  key?: string | null;
  /** Sent as JSON; a string or bytes are sent as they are. */
  body?: unknown;
  headers?: Record<string, string>;
}

export interface Answered {
  status: number;
  headers: Headers;
  text: string;
  /** The parsed text; empty if there is none or it is no JSON object. */
  json: Record<string, unknown>;
}

export interface TestApi {
  url: string;
  pool: Pool;
  sealer: Sealer;
  /** Of all scopes, for all tenants of `test`. */
  key: string;
  call(method: string, path: string, options?: CallOptions): Promise<Answered>;
  makeKey(wanted?: Partial<NewApiKey>): Promise<string>;
  stop(): Promise<void>;
}

export const maxBodyBytes = 65_536;

/** The API on a free port of loopback, over a database of its own, with everything behind it real but Temporal. */
export async function startTestApi(changes: Partial<ApiDeps> = {}): Promise<TestApi> {
  const database = await createTestDatabase();
  const pool = createPool(database.databaseUrl, 8, () => undefined);
  const guard = createAddressGuard({ allowNetworks: ['127.0.0.0/8'], allowHttp: false });
  const sealer = createSealer(parseEncryptionKeys(`k1:${randomBytes(32).toString('base64')}`));
  const sender = createSender({ guard, maxResponseBytes: 4_096 });
  const { metrics, page: metricsPage } = createMetrics(['api']);
  const cloudEventsSource = '/test';
  const maxHoldDays = 90;
  const acceptor = new Acceptor({
    pool,
    dispatchQueue: null,
    guard,
    sealer,
    cloudEventsSource,
    maxHoldDays,
  });
  const intake = createIntake({ pool, acceptor, metrics });
  const api = await createApi({
    serves: 'everything',
    pool,
    log: createLog('silent'),
    sealer,
    guard,
    sender,
    intake,
    settings: { ...loadConfig({}), maxBodyBytes, cloudEventsSource },
    temporalUi: 'http://127.0.0.1:8233',
    metrics,
    tracing: noTracing,
    metricsPage,
    readiness: async () => ({ ready: true, parts: { postgres: 'ok' } }),
    version: '0.0.0',
    ...changes,
  });
  const url = await api.listen({ port: 0, host: '127.0.0.1' });
  const makeKey = async (wanted: Partial<NewApiKey> = {}): Promise<string> => {
    const all = { environment: 'test', tenant: null, name: 'a test', expiresAt: null } as const;
    const { key } = await createApiKey(pool, { ...all, scopes: [...scopes], ...wanted }, byTest);
    return key;
  };
  const key = await makeKey();
  return {
    url,
    pool,
    sealer,
    key,
    makeKey,
    call: (method, path, options = {}) => call(url + path, method, { key, ...options }),
    async stop() {
      await api.close();
      await sender.close();
      await pool.end();
      await database.drop();
    },
  };
}

async function call(url: string, method: string, options: CallOptions): Promise<Answered> {
  const { key, body, headers = {} } = options;
  const isText = typeof body === 'string' || body instanceof Uint8Array;
  const response = await fetch(url, {
    method,
    headers: {
      ...(key == null ? {} : { authorization: `Bearer ${key}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: isText ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: parsed(text) };
}

function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
