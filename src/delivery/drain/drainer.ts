import type { DrainReport } from '../../contract/drain.js';
import type { DrainActivity } from '../../domain/describeDrain.js';
import { drainGateOf } from '../../domain/gate.js';
import { showId } from '../../domain/ids.js';
import { maxQueuedCounted } from '../../domain/limits.js';
import { tenantKey } from '../../domain/refs.js';
import {
  beginDrain,
  noteNextLook,
  readDrainSituation,
  readQueueSummary,
  restDrain,
  type DrainSituation,
} from '../../store/drainSituation.js';
import { cancelOpenOfDeleted, releaseBatchesOfEndpoint } from '../../store/endpointDeliveries.js';
import type { Pool } from '../../store/pool.js';
import type { AttemptMaker } from '../attemptMaker.js';
import { SendingShares } from '../sendingShares.js';
import { DrainSlice } from './drainSlice.js';
import { QueueSource } from './queueSource.js';

export interface DrainerDeps {
  pool: Pool;
  attemptMaker: AttemptMaker;
  /** Endpoints drained at once by this process. */
  drainSlots: number;
}

/** What asks for a drain. */
export interface DrainAsker {
  /** The Temporal run. */
  runId: string;
  /** Whether nothing further is to begin. */
  isEnding: () => boolean;
}

/** How long one waits for its place, and then for being asked again. */
const placeWaitMs = 5_000;
const askAgainMs = 2_000;
/** A drain that waits for something that nobody tells it of looks by itself. */
const fallbackMs = 900_000;

/** Drains the endpoints of this process, each by one slice at a time. */
export class Drainer {
  readonly #shares: SendingShares;
  #isStopping = false;

  constructor(private readonly deps: DrainerDeps) {
    this.#shares = new SendingShares({
      total: deps.drainSlots,
      perEndpoint: 1,
      // A slice lasts half a minute: who comes while all places are taken would wait for that.
      halvedFor: 'all tenants',
      waitMs: placeWaitMs,
    });
  }

  /** What is under way is the last of each endpoint in this process. */
  stopSoon(): void {
    this.#isStopping = true;
  }

  /** Works off a queue for a while; see `DrainActivities`. Null: there is no such endpoint. */
  async drain(endpointId: string, asker: DrainAsker): Promise<DrainReport | null> {
    const situation = await readSituation(this.deps.pool, endpointId);
    if (situation === null) return null;
    const leave = await this.#shares.enter(endpointId, tenantKey(situation));
    if (leave === null) return await this.#report(situation, null, askAgainMs);
    try {
      return await this.#drainInPlace(endpointId, asker);
    } finally {
      leave();
    }
  }

  async #drainInPlace(endpointId: string, asker: DrainAsker): Promise<DrainReport | null> {
    const { pool, attemptMaker } = this.deps;
    const situation = await beginDrain(pool, endpointId);
    if (situation === null) return null;
    const slice = new DrainSlice(
      {
        pool,
        attemptMaker,
        source: new QueueSource(pool),
        runId: asker.runId,
        isEnding: () => this.#isStopping || asker.isEnding(),
      },
      situation,
    );
    await this.#work(slice);
    if (slice.isSuperseded) return await this.#report(slice.seen, slice, askAgainMs);
    if (slice.isOver) return await this.#report(slice.seen, slice, 0);
    // From now on it is told of what is queued; what was queued before, this look finds.
    await restDrain(pool, endpointId);
    const attemptsBefore = slice.attempts;
    await slice.ask();
    await this.#work(slice);
    const now = (await readDrainSituation(pool, endpointId)) ?? slice.seen;
    const foundMore = slice.attempts > attemptsBefore;
    const report = await this.#report(now, slice, foundMore ? 0 : null);
    await noteNextLook(
      pool,
      endpointId,
      report.state === 'done' ? null : (report.waitMs ?? fallbackMs),
    );
    return report;
  }

  async #work(slice: DrainSlice): Promise<void> {
    const { pool } = this.deps;
    const { endpoint, endpointId, nextProbeInMs } = slice.seen;
    const gate = drainGateOf(endpoint);
    if (!gate.open) {
      if (endpoint.deleted) await cancelOpenOfDeleted(pool, endpointId);
      return;
    }
    await releaseBatchesOfEndpoint(pool, endpointId);
    if (endpoint.circuitOpen && (nextProbeInMs > 0 || !(await slice.probe()))) return;
    await slice.pump();
  }

  /** `waitMs` null: as the queue and the endpoint have it. */
  async #report(
    { endpointId, tenant, endpoint, nextProbeInMs }: DrainSituation,
    slice: DrainSlice | null,
    waitMs: number | null,
  ): Promise<DrainReport> {
    const { queued, isReady, nextDueInMs, blockedKeys } = await readQueueSummary(
      this.deps.pool,
      endpointId,
      maxQueuedCounted,
    );
    const gate = drainGateOf(endpoint);
    const isDone = waitMs === null && (queued === 0 || !gate.open);
    // Nothing can be probed with before something is ready. That may be held up by its order: where a probe found nothing,
    // the drain is told of what is queued or let go on.
    const readyInMs = isReady ? 0 : (nextDueInMs ?? 0);
    const probes = endpoint.circuitOpen && slice?.lacksProbe !== true;
    const waits = probes ? Math.max(nextProbeInMs, readyInMs) : nextDueInMs;
    return {
      endpointId: showId('endpoint', endpointId),
      tenant,
      state: isDone ? 'done' : activityOf(endpoint.circuitOpen, blockedKeys, waitMs),
      reason: gate.open ? null : gate.reason,
      queued,
      attempts: slice?.attempts ?? 0,
      delivered: slice?.delivered ?? 0,
      lastAnswer: slice?.lastAnswer ?? null,
      waitMs: waitMs ?? waits,
    };
  }
}

function activityOf(
  circuitOpen: boolean,
  blockedKeys: number,
  waitMs: number | null,
): DrainActivity {
  if (circuitOpen) return 'down';
  if (waitMs !== null) return 'draining';
  return blockedKeys > 0 ? 'blocked' : 'waiting';
}

/** Before it begins: of an endpoint whose queue nobody has worked on yet there is no row. */
async function readSituation(pool: Pool, endpointId: string): Promise<DrainSituation | null> {
  return (await readDrainSituation(pool, endpointId)) ?? (await beginDrain(pool, endpointId));
}
