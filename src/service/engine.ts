import { setTimeout as sleep } from 'node:timers/promises';
import type { NativeConnection, Worker } from '@temporalio/worker';
import { createActivities } from '../../activities/index.js';
import type { Config } from '../config/loadConfig.js';
import { payloadDaysOf } from '../config/retention.js';
import type { Deliverers } from '../delivery/createDeliverers.js';
import { sweepAfterMs } from '../domain/limits.js';
import type { Acceptor } from '../intake/accept/acceptor.js';
import { Dispatcher } from '../intake/dispatch/dispatcher.js';
import { ownLeaseMs, type DispatchQueue } from '../intake/dispatch/dispatchQueue.js';
import { FirstAttempts } from '../intake/dispatch/firstAttempts.js';
import { Housekeeping } from '../intake/housekeeping/housekeeping.js';
import { OperationalLoop } from '../intake/operational/operationalLoop.js';
import { rotateSecrets } from '../intake/housekeeping/rotateSecrets.js';
import { Sweeper } from '../intake/housekeeping/sweeper.js';
import type { Pool } from '../store/pool.js';
import type { Log } from '../telemetry/log.js';
import type { Metrics } from '../telemetry/metrics/createMetrics.js';
import type { SdkMetrics } from '../telemetry/metrics/sdkMetrics.js';
import type { Tracing } from '../telemetry/tracing/tracing.js';
import { connectTemporal } from '../temporal/connectTemporal.js';
import { createWorkers } from '../temporal/createWorkers.js';
import { createWorkflowStarter } from '../temporal/createWorkflowStarter.js';
import { registerSearchAttributes } from '../temporal/registerSearchAttributes.js';
import { temporalAnswers } from '../temporal/temporalAnswers.js';

const firstRetryMs = 250;
const maxRetryMs = 10_000;
const housekeepingRoundMs = 10_000;
const watchIntervalMs = 2_000;
const away = 'Temporal does not answer';

export interface EngineDeps {
  config: Config;
  temporalAddress: string;
  /** Until then something else may answer at the address. Where it rejects, the reason has been logged. */
  temporalReady: Promise<void>;
  pool: Pool;
  log: Log;
  metrics: Metrics;
  tracing: Tracing;
  /** Null: the SDK's metrics are not kept. */
  sdkMetrics: SdkMetrics | null;
  deliverers: Deliverers;
  acceptor: Acceptor;
  /** Null without the dispatcher role. */
  dispatchQueue: DispatchQueue | null;
}

interface Parts {
  connection: NativeConnection;
  workers: Worker[];
  runs: Promise<void>[];
  dispatcher: Dispatcher | null;
  housekeeping: Housekeeping | null;
  operational: OperationalLoop | null;
}

/** The side of a process that faces Temporal: workers and dispatcher, connected anew for as long as it takes. */
export class Engine {
  /** `ok`, or what is wrong; for `/health/ready`. */
  status = 'connecting to Temporal';
  readonly #stopping = new AbortController();
  #loop: Promise<void> = Promise.resolve();

  constructor(private readonly deps: EngineDeps) {}

  run(): void {
    this.#loop = this.#runUntilStopped();
  }

  /** Ends dispatch, then the workers: attempts under way are finished within the grace period, or cut off. */
  async stop(): Promise<void> {
    const { config, deliverers } = this.deps;
    deliverers.batchSender.stopSoon();
    deliverers.drainer.stopSoon();
    this.#stopping.abort();
    const isOver = new AbortController();
    const cutOff = sleep(config.shutdownGraceMs, undefined, { signal: isOver.signal }).then(
      () => deliverers.attemptMaker.cutOff(),
      () => undefined,
    );
    await Promise.all([this.#loop.finally(() => isOver.abort()), cutOff]);
  }

  async #runUntilStopped(): Promise<void> {
    const { signal } = this.#stopping;
    const isReady = this.deps.temporalReady.then(
      () => true,
      () => false,
    );
    if (!(await Promise.race([isReady, aborted(signal)]))) {
      this.status = 'there is no embedded Temporal server; the log says why';
      return;
    }
    let retryMs = firstRetryMs;
    while (!signal.aborted) {
      try {
        await this.#runOnce(() => {
          retryMs = firstRetryMs;
        });
      } catch (error) {
        // Said once; while the embedded server is being built it would be said for minutes.
        const level = this.status === away ? 'debug' : 'warn';
        this.status = away;
        this.deps.log[level]({ err: error, retryMs }, 'not connected to Temporal; trying again');
      }
      await sleep(retryMs, undefined, { signal }).catch(() => undefined);
      retryMs = Math.min(retryMs * 2, maxRetryMs);
    }
    this.status = 'stopped';
  }

  async #runOnce(onRunning: () => void): Promise<void> {
    await this.deps.sdkMetrics?.prepare();
    const connection = await connectTemporal(this.deps.temporalAddress);
    try {
      const parts = await this.#start(connection);
      onRunning();
      const ended = new AbortController();
      const watch = this.#watch(connection, ended.signal);
      try {
        await Promise.race([aborted(this.#stopping.signal), watch, ...parts.runs]);
      } finally {
        ended.abort();
        this.status = 'reconnecting to Temporal';
        await stop(parts);
        await watch;
      }
    } finally {
      await connection.close();
    }
  }

  /** Workers go on polling while the server is away, so somebody has to ask. */
  async #watch(connection: NativeConnection, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const answers = await temporalAnswers(connection);
      if (!signal.aborted) this.status = answers ? 'ok' : away;
      await sleep(watchIntervalMs, undefined, { signal }).catch(() => undefined);
    }
  }

  async #start(connection: NativeConnection): Promise<Parts> {
    const { config, pool, log, metrics, tracing, deliverers, acceptor, dispatchQueue } = this.deps;
    const namespace = config.temporalNamespace;
    await registerSearchAttributes(connection, namespace);
    const firstAttempts = new FirstAttempts();
    const activities = createActivities({
      pool,
      ...deliverers,
      onFirstAttemptsMade: (eventId, failed) => firstAttempts.made(eventId, failed),
    });
    const workers = config.roles.includes('worker')
      ? await createWorkers(connection, activities, config)
      : [];
    const runs = workers.map((worker) => worker.run());
    const starter = createWorkflowStarter(connection, namespace);
    const dispatcher =
      dispatchQueue &&
      new Dispatcher({
        pool,
        log,
        metrics,
        tracing,
        queue: dispatchQueue,
        starter,
        firstAttempts,
        startsInFlight: config.startsInFlight,
        leaseMs: ownLeaseMs,
        submissions: acceptor.underWay,
      });
    const sweeper = new Sweeper({ pool, log, metrics, starter, overdueMs: sweepAfterMs });
    const housekeeping =
      dispatchQueue &&
      new Housekeeping({
        pool,
        log,
        metrics,
        sweep: () => sweeper.sweep(),
        rotateSecrets: (stopping) =>
          rotateSecrets({ pool, sealer: acceptor.deps.sealer, log }, stopping),
        rowRetentionHours: config.rowRetentionHours,
        queueRetentionHours: config.queueRetentionHours,
        auditRetentionDays: config.auditRetentionDays,
        retentionDays: config.retentionDays,
        payloadRetentionDays: payloadDaysOf(config),
        roundMs: housekeepingRoundMs,
      });
    const operational = dispatchQueue && new OperationalLoop({ accept: acceptor.deps, log });
    dispatcher?.run();
    housekeeping?.run();
    operational?.run();
    return { connection, workers, runs, dispatcher, housekeeping, operational };
  }
}

async function stop({
  workers,
  runs,
  dispatcher,
  housekeeping,
  operational,
}: Parts): Promise<void> {
  await Promise.all([dispatcher?.stop(), housekeeping?.stop(), operational?.stop()]);
  for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
  await Promise.allSettled(runs);
}

function aborted(signal: AbortSignal): Promise<true> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(true);
    else signal.addEventListener('abort', () => resolve(true), { once: true });
  });
}
