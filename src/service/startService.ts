import { checkSamples } from '../catalogs/checkSamples.js';
import { catalogs } from '../catalogs/catalogs.js';
import { createApi } from '../api/createApi.js';
import type { Config } from '../config/loadConfig.js';
import { holdDaysOf } from '../config/retention.js';
import { packageVersion } from '../config/packageVersion.js';
import { createAddressGuard } from '../delivery/address/addressGuard.js';
import { createDeliverers } from '../delivery/createDeliverers.js';
import { createSealer, parseEncryptionKeys } from '../store/sealer.js';
import { createSender } from '../delivery/sender.js';
import { startEmbeddedStack, type EmbeddedStack } from '../embedded/startEmbeddedStack.js';
import { Acceptor } from '../intake/accept/acceptor.js';
import { createIntake } from '../intake/createIntake.js';
import { DispatchQueue, ownLeaseMs } from '../intake/dispatch/dispatchQueue.js';
import type { Log } from '../telemetry/log.js';
import { createMetrics } from '../telemetry/metrics/createMetrics.js';
import type { SdkMetrics } from '../telemetry/metrics/sdkMetrics.js';
import { startTracing } from '../telemetry/tracing/startTracing.js';
import {
  embeddedEncryptionKeys,
  keysFileOf,
  loopbackNetworks,
  writeFirstKeys,
} from './embeddedDefaults.js';
import { Engine } from './engine.js';
import { MetricsPage } from './metricsPage.js';
import { openDatabase } from './openDatabase.js';
import { readinessOf } from './readiness.js';
import { cannotListen, refuseTakenPort } from './refuseTakenPort.js';
import { Undo } from './undo.js';

export interface Service {
  /** Where the API listens; without the api role, for its health alone. */
  url: string;
  servesApi: boolean;
  temporalUiUrl: string | null;
  /** Of the embedded stack; null where the database is another. */
  keysFile: string | null;
  allowsLoopback: boolean;
  /** Requests and attempts under way are finished first. */
  stop(): Promise<void>;
}

interface Given {
  config: Config;
  log: Log;
  sdkMetrics: SdkMetrics | null;
}

/**
 * Wires one process by its roles and starts it. Resolves when the API answers; Temporal is connected to meanwhile, for
 * as long as it takes. What was started is stopped again where it throws. `sdkMetrics`, if any, are those of the process's
 * Temporal runtime.
 */
export async function startService(
  config: Config,
  log: Log,
  sdkMetrics: SdkMetrics | null = null,
): Promise<Service> {
  const undo = new Undo();
  try {
    return await start({ config, log, sdkMetrics }, undo);
  } catch (error) {
    // What can't be stopped either is told beside what stopped the start, not in its place.
    await undo.all().catch((err: unknown) => log.error({ err }, 'what was started does not stop'));
    throw error;
  }
}

async function start({ config, log, sdkMetrics }: Given, undo: Undo): Promise<Service> {
  checkSamples(catalogs);
  await refuseTakenPort(config);
  const stack = await startStack(config, log);
  if (stack !== null) undo.add(() => stack.stop());
  const databaseUrl = required(config.databaseUrl ?? stack?.databaseUrl);
  const temporalAddress = required(config.temporalAddress ?? stack?.temporalAddress);
  const isEmbedded = config.databaseUrl === undefined && stack !== null;

  const keysText = config.encryptionKeys ?? embeddedEncryptionKeys(required(stack?.dataFolder));
  const sealer = createSealer(parseEncryptionKeys(keysText));
  const { pool, workPool } = await openDatabase(databaseUrl, { config, sealer, log }, undo);
  const keysFile = isEmbedded ? keysFileOf(stack.dataFolder) : null;
  if (keysFile !== null) await writeFirstKeys(pool, keysFile);

  const allowNetworks = config.allowNetworks ?? (isEmbedded ? loopbackNetworks : []);
  const guard = createAddressGuard({ allowNetworks, allowHttp: config.allowHttp });
  const sender = createSender({ guard, maxResponseBytes: config.maxResponseBytes });
  undo.add(() => sender.close());

  const tracing = await startTracing(config, log);
  undo.add(() => tracing.stop());
  const registry = createMetrics(config.roles);
  const { metrics } = registry;
  const metricsPage = new MetricsPage({
    registry,
    pools: { api: pool, work: workPool },
    countsDepths: config.roles.includes('dispatcher'),
    sdkMetrics,
    log,
  });
  const dispatchQueue = config.roles.includes('dispatcher') ? new DispatchQueue(ownLeaseMs) : null;
  const acceptor = new Acceptor({
    pool: workPool,
    dispatchQueue,
    guard,
    sealer,
    cloudEventsSource: config.cloudEventsSource,
    maxHoldDays: holdDaysOf(config),
  });
  const onHeldUp = (endpointId: string): void => dispatchQueue?.forgetEndpoint(endpointId);
  const delivering = { pool: workPool, sender, sealer, log, metrics, tracing, onHeldUp };
  const deliverers = createDeliverers(delivering, config);
  const engine = new Engine({
    config,
    temporalAddress,
    temporalReady: stack?.temporalReady ?? Promise.resolve(),
    pool: workPool,
    log,
    metrics,
    tracing,
    sdkMetrics,
    deliverers,
    acceptor,
    dispatchQueue,
  });
  if (config.roles.some((role) => role !== 'api')) {
    undo.add(() => engine.stop());
    engine.run();
  }

  const servesApi = config.roles.includes('api');
  const temporalUiUrl = config.temporalUiUrl ?? stack?.temporalUiUrl ?? null;
  const api = await createApi({
    pool,
    log,
    sealer,
    guard,
    sender,
    intake: createIntake({ pool, acceptor, metrics }),
    settings: {
      ...config,
      allowNetworks: [...allowNetworks],
      temporalAddress,
      temporalUiUrl: temporalUiUrl ?? undefined,
    },
    temporalUi: temporalUiUrl,
    readiness: () => readinessOf(pool, engine, config.roles),
    metrics,
    tracing,
    metricsPage: () => metricsPage.text(),
    serves: servesApi ? 'everything' : 'health',
    version: packageVersion,
  });
  undo.add(() => api.close());
  const { host, port } = config;
  const url = await api.listen({ host, port }).catch((cause: unknown) => {
    throw cannotListen(config, cause);
  });
  stack?.recordApiUrl(url);
  return {
    url,
    servesApi,
    temporalUiUrl,
    keysFile,
    allowsLoopback: isEmbedded && config.allowNetworks === undefined,
    stop: () => undo.all(),
  };
}

async function startStack(config: Config, log: Log): Promise<EmbeddedStack | null> {
  const postgres = config.databaseUrl === undefined;
  const temporal = config.temporalAddress === undefined;
  if (!postgres && !temporal) return null;
  return await startEmbeddedStack({
    dataDir: config.dataDir,
    postgres,
    temporal,
    temporalNamespace: config.temporalNamespace,
    retentionHours: config.temporalRetentionHours,
    log,
    ...(config.temporalCliPath === undefined ? {} : { temporalCliPath: config.temporalCliPath }),
  });
}

function required<T>(value: T | undefined): T {
  if (value === undefined)
    throw new Error('The embedded stack has not started what it was asked for.');
  return value;
}
