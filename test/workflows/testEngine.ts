import { randomBytes } from 'node:crypto';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { loadConfig } from '../../src/config/loadConfig.js';
import type { DeliveryReport } from '../../src/contract/activities.js';
import { workflowId } from '../../src/contract/temporal.js';
import { createAddressGuard } from '../../src/delivery/address/addressGuard.js';
import { createDeliverers, type Deliverers } from '../../src/delivery/createDeliverers.js';
import { createSealer, parseEncryptionKeys, type Sealer } from '../../src/store/sealer.js';
import { createSender } from '../../src/delivery/sender.js';
import { parseId } from '../../src/domain/ids.js';
import { Acceptor } from '../../src/intake/accept/acceptor.js';
import { createIntake } from '../../src/intake/createIntake.js';
import { DispatchQueue, ownLeaseMs } from '../../src/intake/dispatch/dispatchQueue.js';
import type { Intake } from '../../src/intake/intake.js';
import { Engine } from '../../src/service/engine.js';
import { createEndpoint } from '../../src/store/endpoints.js';
import { createPool, type Pool } from '../../src/store/pool.js';
import { createLog } from '../../src/telemetry/log.js';
import { createMetrics } from '../../src/telemetry/metrics/createMetrics.js';
import { noTracing } from '../../src/telemetry/tracing/tracing.js';
import { installTemporalRuntime } from '../../src/telemetry/installTemporalRuntime.js';
import { byTest } from '../setup/byTest.js';
import { builtDist } from '../setup/builtDist.js';
import { eventually } from '../setup/eventually.js';
import { createTestDatabase } from '../setup/testDatabase.js';
import { claimTestNamespace } from '../setup/testNamespace.js';

export const secret = 'the secret that no history may hold';
const environment = 'test';
const log = createLog('silent');
installTemporalRuntime(log);

export interface EndpointWish {
  url: string;
  tenant?: string;
  /** Seconds before each further attempt; none: a single attempt. */
  retrySchedule?: number[];
  timeoutMs?: number;
  headers?: Record<string, string>;
}

export interface StartedEvent {
  /** Shown ids. */
  eventId: string;
  deliveryIds: string[];
  handle: WorkflowHandle<() => Promise<Pick<DeliveryReport, 'deliveryId' | 'state'>[]>>;
}

export interface TestEngine {
  client: Client;
  pool: Pool;
  intake: Intake;
  sealer: Sealer;
  address: string;
  namespace: string;
  uiUrl: string;
  /** What sends, as in a process of its own. */
  newDeliverers(bounds?: BatchBounds): Deliverers;
  /** Gives the endpoint's bare UUID. */
  makeEndpoint(wish: EndpointWish): Promise<string>;
  /** As the API does it; the workflow is started by the dispatcher. */
  accept(tenant: string, data?: unknown, fields?: object): Promise<StartedEvent>;
  delivery(deliveryId: string): Promise<{ state: string; round: number; attemptCount: number }>;
  /** Ends dispatcher and workers, as a process that is replaced. */
  stopEngine(): Promise<void>;
  startEngine(): void;
  stop(): Promise<void>;
}

interface BatchBounds {
  sliceMs?: number;
  stepsPerRun?: number;
}

export interface TestEngineOptions {
  settings?: Record<string, string>;
  /** Of the sending of batches, lowered. */
  batchBounds?: BatchBounds;
}

/** Dispatcher, workers and activities as the service wires them, over a database and a namespace of their own. */
export async function startTestEngine({
  settings = {},
  batchBounds = {},
}: TestEngineOptions = {}): Promise<TestEngine> {
  await builtDist();
  const [database, { address, namespace, uiUrl }] = await Promise.all([
    createTestDatabase(),
    claimTestNamespace(),
  ]);
  const encryptionKeys = `k1:${randomBytes(32).toString('base64')}`;
  const config = loadConfig({
    DATABASE_URL: database.databaseUrl,
    EVERHOOK_ENCRYPTION_KEYS: encryptionKeys,
    TEMPORAL_ADDRESS: address,
    TEMPORAL_NAMESPACE: namespace,
    EVERHOOK_ROLES: 'dispatcher,worker',
    ...settings,
  });
  const sealer = createSealer(parseEncryptionKeys(encryptionKeys));
  const pool = createPool(database.databaseUrl, config.databasePoolSize, () => undefined, {
    plansOnce: true,
  });
  const guard = createAddressGuard({ allowNetworks: ['127.0.0.0/8'], allowHttp: true });
  const sender = createSender({ guard, maxResponseBytes: config.maxResponseBytes });
  const dispatchQueue = new DispatchQueue(ownLeaseMs);
  const acceptor = new Acceptor({
    pool,
    dispatchQueue,
    guard,
    sealer,
    cloudEventsSource: '/test',
    maxHoldDays: 90,
  });
  const { metrics } = createMetrics(config.roles);
  const intake = createIntake({ pool, acceptor, metrics });
  const connection = await Connection.connect({ address });
  const client = new Client({ connection, namespace });

  const newDeliverers = (bounds: BatchBounds = {}): Deliverers =>
    createDeliverers(
      {
        ...{ pool, sender, sealer, log, metrics, tracing: noTracing },
        onHeldUp: (id) => dispatchQueue.forgetEndpoint(id),
      },
      { ...config, ...bounds },
    );
  const newEngine = (): Engine => {
    const deliverers = newDeliverers(batchBounds);
    const engine = new Engine({
      ...{ config, temporalAddress: address, pool, log, metrics, sdkMetrics: null },
      ...{
        tracing: noTracing,
        temporalReady: Promise.resolve(),
        deliverers,
        acceptor,
        dispatchQueue,
      },
    });
    engine.run();
    return engine;
  };
  let engine = newEngine();
  await eventually(() => {
    if (engine.status !== 'ok') throw new Error(engine.status);
  });

  return {
    client,
    pool,
    intake,
    sealer,
    address,
    namespace,
    uiUrl,
    newDeliverers,
    async makeEndpoint({ url, tenant = 'acme', retrySchedule = [], timeoutMs, headers = {} }) {
      const scope = { environment, tenant } as const;
      const definition = {
        ...{ url, eventTypes: ['*'], filters: {}, match: 'any' as const, require: {}, scope: null },
        ...{
          format: 'standard',
          headers,
          retrySchedule,
          timeoutMs: timeoutMs ?? null,
          batchSize: null,
          rateLimitPerSecond: null,
          maxInFlight: null,
          ordered: false,
          onFailure: 'block' as const,
          traceContext: false,
        },
        ...{ description: '', metadata: {}, signatures: [], enabled: true, secret },
      };
      const { id } = await createEndpoint(pool, sealer, scope, definition, () => null, byTest);
      return id;
    },
    async accept(tenant, data = {}, fields = {}) {
      const rawBody = Buffer.from(JSON.stringify({ type: 'job.end', data, ...fields }));
      const request = { environment, tenant, rawBody, idempotencyKey: null } as const;
      const { body } = await intake.accept(request);
      const { id, deliveries } = JSON.parse(body) as { id: string; deliveries: { id: string }[] };
      const handle = client.workflow.getHandle(workflowId('deliverEvent', bareEventId(id)));
      await eventually(() => handle.describe());
      return { eventId: id, deliveryIds: deliveries.map((delivery) => delivery.id), handle };
    },
    async delivery(deliveryId) {
      const { rows } = await pool.query<{ state: string; round: number; attemptCount: number }>(
        `SELECT state, round, attempt_count AS "attemptCount" FROM deliveries WHERE id = $1`,
        [parseId('delivery', deliveryId)],
      );
      if (rows[0] === undefined) throw new Error(`no delivery ${deliveryId}`);
      return rows[0];
    },
    stopEngine: () => engine.stop(),
    startEngine() {
      engine = newEngine();
    },
    async stop() {
      await engine.stop();
      await Promise.all([connection.close(), sender.close(), pool.end()]);
      await database.drop();
    },
  };
}

function bareEventId(shown: string): string {
  const id = parseId('event', shown);
  if (id === null) throw new Error(`not the id of an event: ${shown}`);
  return id;
}
