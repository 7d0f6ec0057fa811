import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BatchReport } from '../../contract/batches.js';
import { tenantKey } from '../../domain/refs.js';
import {
  claimBatches,
  lookAtBatches,
  releaseBatches,
  renewBatchLease,
  type BatchSituation,
} from '../../store/batchSituation.js';
import type { Pool } from '../../store/pool.js';
import { claimBatchesInPlace, hasLeftPlaces, isDrainHeldOff } from '../../store/sharedPlaces.js';
import { readBatchEvent } from '../../store/readBatchEvent.js';
import type { Sealer } from '../../store/sealer.js';
import type { Log } from '../../telemetry/log.js';
import type { Metrics } from '../../telemetry/metrics/createMetrics.js';
import type { Tracing } from '../../telemetry/tracing/tracing.js';
import { maxBatchesAtOnce } from '../../domain/limits.js';
import type { HealthKeeper } from '../healthKeeper.js';
import { SendingShares } from '../sendingShares.js';
import type { Sender } from '../sender.js';
import { BatchBodies } from './batchBodies.js';
import { BatchLease } from './batchLease.js';
import { batchReport } from './batchReport.js';
import { BatchSlice } from './batchSlice.js';
import { planBatches } from './planBatches.js';

export interface BatchSettings {
  maxBatchBytes: number;
  cloudEventsSource: string;
  /** For how long one activity sends, 30 s unless told: a step of the workflow costs 32 to 100 ms. */
  sliceMs?: number;
  /** After how many steps a workflow continues as new, 1,000 unless told: some 10 events each. */
  stepsPerRun?: number;
}

export interface BatchSenderDeps {
  pool: Pool;
  sender: Sender;
  sealer: Sealer;
  log: Log;
  metrics: Metrics;
  tracing: Tracing;
  health: HealthKeeper;
  settings: BatchSettings;
}

/** What asks for batches to be sent. */
export interface BatchAsker {
  /** The Temporal run. */
  runId: string;
  /** Whether no further batch is to begin. */
  isEnding: () => boolean;
}

const defaultSliceMs = 30_000;
const defaultStepsPerRun = 1_000;
/** How long one waits for its place, and then for being asked again: so many activities a second find none. */
const placeWaitMs = 5_000;
const askAgainMs = 2_000;
/** How often one that has its place looks whether the endpoint's drain has left it. */
const placeLookMs = 250;
/** Between two slices, where the drain has no place: it looks every second, and sends until it sees the next claim. */
const drainTurnMs = 2_000;

/** Plans and sends the batches of this process's deliveries, one at a time of each. */
export class BatchSender {
  readonly #shares = new SendingShares({
    total: maxBatchesAtOnce,
    perEndpoint: maxBatchesAtOnce,
    // A receiver may take minutes for a batch: one who comes while all places are taken would wait for that.
    halvedFor: 'all tenants',
    waitMs: placeWaitMs,
  });
  readonly #bodies: BatchBodies;
  #isStopping = false;

  constructor(private readonly deps: BatchSenderDeps) {
    const { pool, settings } = deps;
    this.#bodies = new BatchBodies({ pool, cloudEventsSource: settings.cloudEventsSource });
  }

  /** What is being sent is the last of each delivery in this process. */
  stopSoon(): void {
    this.#isStopping = true;
  }

  /** Fixes which rows each batch has, unless that is done. Null: there is no such delivery in batches. */
  async plan(deliveryId: string, onSlice: () => void): Promise<BatchReport | null> {
    const { pool, settings } = this.deps;
    const run = await lookAtBatches(pool, deliveryId);
    if (run === null || run.batchCount !== null || run.rowsExpired) return this.#report(run);
    const event = await readBatchEvent(pool, run.eventId);
    await planBatches({ pool, ...settings }, run, event, onSlice);
    return await this.look(deliveryId);
  }

  async look(deliveryId: string): Promise<BatchReport | null> {
    return this.#report(await lookAtBatches(this.deps.pool, deliveryId));
  }

  /** Sends batch after batch for a while; see `BatchActivities`. */
  async send(deliveryId: string, asker: BatchAsker): Promise<BatchReport | null> {
    const seen = await lookAtBatches(this.deps.pool, deliveryId);
    if (seen === null) return null;
    const leave = await this.#shares.enter(seen.endpointId, tenantKey(seen));
    if (leave === null) return this.#report({ ...seen, waitMs: askAgainMs });
    try {
      return await this.#sendClaimed(seen, asker);
    } finally {
      leave();
    }
  }

  async #sendClaimed(seen: BatchSituation, asker: BatchAsker): Promise<BatchReport | null> {
    const { pool, settings } = this.deps;
    const { id: deliveryId, endpointId, endpoint } = seen;
    const claimant = randomUUID();
    const claimedAtMs = BatchLease.nowMs();
    const claimed =
      endpoint.maxInFlight === null
        ? await claimBatches(pool, deliveryId, claimant)
        : await claimBatchesInPlace(pool, { deliveryId, endpointId }, claimant);
    if (claimed === null) return this.#report({ ...seen, waitMs: askAgainMs });
    if (!claimed.isClaimed) return this.#report(claimed);
    const lease = new BatchLease(() => renewBatchLease(pool, deliveryId, claimant), claimedAtMs);
    const endsAtMs = claimedAtMs + (settings.sliceMs ?? defaultSliceMs);
    const slice = new BatchSlice(
      { ...this.deps, bodies: this.#bodies },
      {
        claimant,
        lease,
        runId: asker.runId,
        isOver: () => this.#isStopping || asker.isEnding() || BatchLease.nowMs() >= endsAtMs,
      },
    );
    try {
      if (endpoint.maxInFlight !== null && !(await this.#getsPlace(endpointId, lease, endsAtMs))) {
        return this.#report({ ...seen, waitMs: askAgainMs });
      }
      await slice.send(claimed);
    } finally {
      lease.stop();
      await releaseBatches(pool, deliveryId, claimant);
    }
    const report = await this.look(deliveryId);
    const givesTurn = endpoint.maxInFlight !== null && (await isDrainHeldOff(pool, endpointId));
    return report && givesTurn
      ? { ...report, waitMs: Math.max(report.waitMs, drainTurnMs) }
      : report;
  }

  /** The drain of the endpoint leaves a place when it has seen the claim, and one of its requests has ended. */
  async #getsPlace(endpointId: string, lease: BatchLease, endsAtMs: number): Promise<boolean> {
    while (!(await hasLeftPlaces(this.deps.pool, endpointId))) {
      lease.throwIfLost();
      if (this.#isStopping || BatchLease.nowMs() >= endsAtMs) return false;
      await sleep(placeLookMs);
    }
    return true;
  }

  #report(run: BatchSituation | null): BatchReport | null {
    const { stepsPerRun = defaultStepsPerRun } = this.deps.settings;
    return run === null ? null : batchReport(run, stepsPerRun);
  }
}
