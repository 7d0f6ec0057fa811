import type { DrainReport } from '../../contract/drain.js';
import type { DrainActivity } from '../../domain/describeDrain.js';
import { drainGateOf } from '../../domain/gate.js';
import { showId } from '../../domain/ids.js';
import { fallbackMs, maxQueuedCounted } from '../../domain/limits.js';
import { tenantKey } from '../../domain/refs.js';
import {
  beginDrain,
  noteFromKey,
  noteNextLook,
  readDrainSituation,
  readQueueSummary,
  restDrain,
  type DrainSituation,
  type QueueSummary,
} from '../../store/drainSituation.js';
import {
  cancelOpenOfDeleted,
  queueOlderThanOrder,
  releaseBatchesOfEndpoint,
} from '../../store/endpointDeliveries.js';
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
/** Until it is seen whether what was under way before an order has ended; nobody tells of it. */
const olderLookMs = 2_000;

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
    if (leave === null) {
      const nothing = { attempts: 0, delivered: 0, lastAnswer: null, lacksProbe: false };
      const reported = { seen: situation, ...nothing };
      return this.#report(reported, await this.#summary(reported), askAgainMs);
    }
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
    const source = new QueueSource(pool, situation.fromKey);
    const isEnding = (): boolean => this.#isStopping || asker.isEnding();
    const slice = new DrainSlice(
      { pool, attemptMaker, source, runId: asker.runId, isEnding },
      situation,
    );
    await this.#work(slice);
    if (source.waitsForOlder) await queueOlderThanOrder(pool, endpointId);
    if (source.fromKey !== situation.fromKey) await noteFromKey(pool, situation, source.fromKey);
    if (slice.isSuperseded) return this.#report(slice, await this.#summary(slice), askAgainMs);
    if (slice.isOver) return this.#report(slice, await this.#summary(slice), 0);
    return await this.#lieDown(slice, source);
  }

  /** From now on it is told of what is queued; what was queued, or came due, before, a last look finds. */
  async #lieDown(slice: DrainSlice, source: QueueSource): Promise<DrainReport> {
    const { pool } = this.deps;
    const { endpointId } = slice.seen;
    await restDrain(pool, endpointId);
    // Before the look, too: what comes due after it is then known to be due soon.
    const before = await this.#summary(slice);
    const attemptsBefore = slice.attempts;
    await slice.ask();
    await this.#work(slice);
    await slice.ask();
    const foundMore = slice.attempts > attemptsBefore;
    const after = await this.#summary(slice);
    const nextDueInMs = before.nextDueInMs ?? after.nextDueInMs;
    const report = this.#report(slice, { ...after, nextDueInMs }, foundMore ? 0 : null);
    const waitMs = source.waitsForOlder
      ? Math.min(report.waitMs ?? fallbackMs, olderLookMs)
      : report.waitMs;
    await noteNextLook(pool, endpointId, report.state === 'done' ? null : (waitMs ?? fallbackMs));
    return { ...report, waitMs };
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
    try {
      if (endpoint.circuitOpen && (nextProbeInMs > 0 || !(await slice.probe()))) return;
      await slice.pump();
    } finally {
      await slice.leavePlaces();
    }
  }

  async #summary({ seen: { endpointId } }: Pick<DrainSlice, 'seen'>): Promise<QueueSummary> {
    return await readQueueSummary(this.deps.pool, endpointId, maxQueuedCounted);
  }

  /** `waitMs` null: as the queue and the endpoint have it. */
  #report(slice: Reported, summary: QueueSummary, waitMs: number | null): DrainReport {
    const { endpointId, tenant, endpoint } = slice.seen;
    const { queued, isBlocked } = summary;
    const gate = drainGateOf(endpoint);
    const isDone = waitMs === null && (queued === 0 || !gate.open);
    return {
      endpointId: showId('endpoint', endpointId),
      tenant,
      state: isDone ? 'done' : activityOf(endpoint.circuitOpen, isBlocked, waitMs),
      reason: gate.open ? null : gate.reason,
      queued,
      attempts: slice.attempts,
      delivered: slice.delivered,
      lastAnswer: slice.lastAnswer,
      waitMs: waitMs ?? nextSliceInMs(slice, summary),
    };
  }
}

type Reported = Pick<DrainSlice, 'seen' | 'attempts' | 'delivered' | 'lastAnswer' | 'lacksProbe'>;

/** Null: nothing comes due by itself. */
function nextSliceInMs(
  { seen, lacksProbe }: Reported,
  { isReady, nextDueInMs }: QueueSummary,
): number | null {
  // Nothing can be probed with before something is ready. That may be held up by its order: where a probe found nothing,
  // the drain is told of what is queued or let go on.
  if (seen.endpoint.circuitOpen && !lacksProbe) {
    return Math.max(seen.nextProbeInMs, isReady ? 0 : (nextDueInMs ?? 0));
  }
  return isReady && seen.nextSendInMs > 0 ? seen.nextSendInMs : nextDueInMs;
}

function activityOf(
  circuitOpen: boolean,
  isBlocked: boolean,
  waitMs: number | null,
): DrainActivity {
  if (circuitOpen) return 'down';
  if (waitMs !== null) return 'draining';
  return isBlocked ? 'blocked' : 'waiting';
}

/** Before it begins: of an endpoint whose queue nobody has worked on yet there is no row. */
async function readSituation(pool: Pool, endpointId: string): Promise<DrainSituation | null> {
  return (await readDrainSituation(pool, endpointId)) ?? (await beginDrain(pool, endpointId));
}
