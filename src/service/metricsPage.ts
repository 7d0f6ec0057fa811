import { setTimeout as sleep } from 'node:timers/promises';
import { maxRowsCounted } from '../telemetry/metrics/metricDefinition.js';
import type { MetricsRegistry } from '../telemetry/metrics/createMetrics.js';
import type { SdkMetrics } from '../telemetry/metrics/sdkMetrics.js';
import type { Pool } from '../store/pool.js';
import { readDepths } from '../store/readDepths.js';
import type { Log } from '../telemetry/log.js';
import { showDepths, unknownDepths } from './showDepths.js';

/** What is counted in Postgres is counted anew no sooner than this. */
const minIntervalMs = 5_000;
/** And no sooner than this many times as long as it took, so that it takes at most a fiftieth of one connection. */
const restFactor = 50;
/** A count that takes longer, its statements' time-outs included, has no answer: what it was before is shown no more. */
const lostAfterMs = 5_000;
/** How long a scrape waits for it: the rest of the page is wanted all the more while Postgres doesn't answer. */
const maxWaitMs = 1_000;

export interface MetricsPageDeps {
  registry: MetricsRegistry;
  pools: Record<'api' | 'work', Pool>;
  /** Whether this process counts what waits in Postgres; of several, the dispatchers do. */
  countsDepths: boolean;
  sdkMetrics: SdkMetrics | null;
  log: Log;
}

/** Reads at a scrape what isn't counted as it happens, and gives the whole page. */
export class MetricsPage {
  #depthsDueAtMs = 0;
  #countingSinceMs: number | null = null;

  constructor(private readonly deps: MetricsPageDeps) {}

  async text(): Promise<string> {
    const { registry, countsDepths } = this.deps;
    this.#readPools();
    if (countsDepths && Date.now() >= this.#depthsDueAtMs) {
      await Promise.race([this.#readDepths(), sleep(maxWaitMs, undefined, { ref: false })]);
    }
    const sinceMs = this.#countingSinceMs;
    if (sinceMs !== null && Date.now() - sinceMs > lostAfterMs) {
      showDepths(registry.metrics, unknownDepths);
    }
    return (await registry.page()) + (await this.#sdkPage());
  }

  #readPools(): void {
    const { registry, pools } = this.deps;
    const { poolConnections, poolWaiting } = registry.metrics;
    for (const name of ['api', 'work'] as const) {
      const { totalCount, idleCount, waitingCount } = pools[name];
      poolConnections.set({ pool: name, state: 'in use' }, totalCount - idleCount);
      poolConnections.set({ pool: name, state: 'idle' }, idleCount);
      poolWaiting.set({ pool: name }, waitingCount);
    }
  }

  async #readDepths(): Promise<void> {
    const { registry, pools, log } = this.deps;
    const begin = Date.now();
    // No second reading meanwhile.
    this.#depthsDueAtMs = Number.POSITIVE_INFINITY;
    this.#countingSinceMs = begin;
    try {
      showDepths(registry.metrics, await readDepths(pools.api, maxRowsCounted));
    } catch (error) {
      showDepths(registry.metrics, unknownDepths);
      log.warn({ err: error }, 'what waits in Postgres could not be counted');
    } finally {
      const tookMs = Date.now() - begin;
      this.#countingSinceMs = null;
      this.#depthsDueAtMs = Date.now() + Math.max(minIntervalMs, restFactor * tookMs);
    }
  }

  async #sdkPage(): Promise<string> {
    const { sdkMetrics, log } = this.deps;
    if (sdkMetrics === null) return '';
    try {
      return await sdkMetrics.page();
    } catch (error) {
      // While there is no connection to Temporal there is no runtime of the SDK, and so nobody to ask.
      log.debug({ err: error }, "the SDK's metrics are not there");
      return '';
    }
  }
}
