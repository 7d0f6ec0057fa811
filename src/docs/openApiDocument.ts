import { holdDaysOf } from '../config/retention.js';
import { randomBytes } from 'node:crypto';
import { createApi } from '../api/createApi.js';
import { loadConfig } from '../config/loadConfig.js';
import { packageVersion } from '../config/packageVersion.js';
import { createAddressGuard } from '../delivery/address/addressGuard.js';
import { createSealer, parseEncryptionKeys } from '../store/sealer.js';
import { createSender } from '../delivery/sender.js';
import { Acceptor } from '../intake/accept/acceptor.js';
import { createIntake } from '../intake/createIntake.js';
import { createPool } from '../store/pool.js';
import { createLog } from '../telemetry/log.js';
import { createMetrics } from '../telemetry/metrics/createMetrics.js';
import { noTracing } from '../telemetry/tracing/tracing.js';

/** Nothing connects to it: the pool does so at its first query, and no request is made. */
const noDatabase = 'postgres://127.0.0.1:1/none';

/** The OpenAPI document as `/openapi.json` answers it, without a database and without listening. */
export async function openApiDocument(): Promise<object> {
  const config = loadConfig({});
  const pool = createPool(noDatabase, 1, () => undefined);
  const sealer = createSealer(parseEncryptionKeys(`k1:${randomBytes(32).toString('base64')}`));
  const guard = createAddressGuard({ allowNetworks: [], allowHttp: false });
  const sender = createSender({ guard, maxResponseBytes: config.maxResponseBytes });
  const { metrics, page: metricsPage } = createMetrics(config.roles);
  const api = await createApi({
    serves: 'everything',
    pool,
    log: createLog('silent'),
    sealer,
    guard,
    sender,
    intake: createIntake({
      pool,
      metrics,
      acceptor: new Acceptor({
        pool,
        dispatchQueue: null,
        guard,
        sealer,
        cloudEventsSource: config.cloudEventsSource,
        maxHoldDays: holdDaysOf(config),
      }),
    }),
    settings: config,
    temporalUi: null,
    metrics,
    tracing: noTracing,
    metricsPage,
    readiness: async () => ({ ready: true, parts: {} }),
    version: packageVersion,
  });
  try {
    return api.swagger();
  } finally {
    await api.close();
    await sender.close();
    await pool.end();
  }
}
