import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { drainGateOf } from '../../domain/gate.js';
import {
  drainSliceMs,
  defaultMaxInFlight,
  maxClaimedAhead,
  maxClaimedInOrder,
  maxClaimedOfKey,
  maxDrainedPerSlice,
  probesTakeTurnsAmong,
} from '../../domain/limits.js';
import { releaseClaims } from '../../store/claimDeliveries.js';
import type { DrainedDelivery } from '../../store/claimFromQueue.js';
import { readDrainSituation, type DrainSituation } from '../../store/drainSituation.js';
import type { Pool } from '../../store/pool.js';
import type { AttemptMaker } from '../attemptMaker.js';
import { DrainPlaces } from './drainPlaces.js';
import { EndpointPace } from './endpointPace.js';
import type { QueueSource, Run } from './queueSource.js';

export interface DrainSliceDeps {
  pool: Pool;
  attemptMaker: AttemptMaker;
  source: QueueSource;
  /** The Temporal run that drains. */
  runId: string;
  /** Whether nothing further is to begin. */
  isEnding: () => boolean;
}

/** How long what was read of an endpoint holds for sending to it. */
const situationHoldsMs = 1_000;
/** The longest wait for a place or the rate; where only the rate is waited for, and longer, the slice ends. */
const maxPauseMs = 1_000;

/** Where nothing could be claimed while requests are under way: a key that had nothing may have something now. */
const lookAgainMs = 100;
/** Of an endpoint in order. */
const keysPerClaim = 2;

interface ClaimBounds {
  /** Deliveries. */
  limit: number;
  perKey: number;
}

/** Sends what is in the queue of an endpoint for a while, or probes it once. One of them at a time, by its epoch. */
export class DrainSlice {
  attempts = 0;
  delivered = 0;
  lastAnswer: string | null = null;
  /** Another drain has begun. */
  isSuperseded = false;
  /** A probe was due, and nothing in the queue could be sent as one. */
  lacksProbe = false;
  readonly #claimant = randomUUID();
  readonly #pace: EndpointPace;
  readonly #places: DrainPlaces;
  readonly #beganAtMs = performance.now();
  #readAtMs = this.#beganAtMs;
  #mustAsk = false;
  #claimedAtMs = 0;
  /** Of ours: it ends the slice. */
  #failure: { error: unknown } | null = null;
  #waiting: Run[] = [];
  readonly #underWay = new Set<Promise<void>>();

  constructor(
    private readonly deps: DrainSliceDeps,
    private situation: DrainSituation,
  ) {
    this.#pace = new EndpointPace(situation);
    this.#places = new DrainPlaces(deps.pool);
  }

  /** How its endpoint is, as far as this slice knows. */
  get seen(): DrainSituation {
    return this.situation;
  }

  /** Whether there was more to send when it ended. */
  get isOver(): boolean {
    return (
      this.deps.isEnding() ||
      this.attempts >= maxDrainedPerSlice ||
      performance.now() - this.#beganAtMs >= drainSliceMs
    );
  }

  /** Reads how its endpoint is now. */
  async ask(): Promise<void> {
    this.#mustAsk = false;
    const now = await readDrainSituation(this.deps.pool, this.situation.endpointId);
    this.isSuperseded ||= now?.epoch !== this.situation.epoch;
    this.situation = now ?? this.situation;
    this.#readAtMs = performance.now();
    this.#pace.note(this.situation);
  }

  /** One request asks whether the endpoint is back. False: there is none to ask with. */
  async probe(): Promise<boolean> {
    await this.#places.agree(this.situation, 0);
    if (this.#freePlaces() <= 0) {
      // Batches have them all; their answers say as much of the endpoint.
      await sleep(situationHoldsMs);
      return false;
    }
    const claimed = await this.#claim({ limit: probesTakeTurnsAmong, perKey: 1 });
    const runs = claimed ?? [];
    const chosen = runs[this.situation.failedProbes % Math.max(1, runs.length)];
    await this.#release(runs.filter((run) => run !== chosen).flat());
    if (chosen !== undefined) await this.#send(chosen);
    this.lacksProbe = chosen === undefined;
    this.#mustAsk = true;
    return chosen !== undefined;
  }

  /** Nothing is under way any more: others may have its places. */
  async leavePlaces(): Promise<void> {
    await this.#places.leave(this.situation);
  }

  /** Until nothing may be sent now, the endpoint fails or is closed, or the slice is over. */
  async pump(): Promise<void> {
    try {
      while (await this.#mayGoOn()) {
        await this.#places.agree(this.situation, this.#underWay.size);
        this.#startWaiting();
        const free = this.#freePlaces();
        // What waits for a place that batches have, waits in the queue.
        if (free <= 0 && this.situation.batchesInFlight > 0)
          await this.#putBack(this.#takeWaiting());
        const allowed = this.#pace.available;
        if (this.#isHeldUpByRate(allowed)) return;
        if (this.#waiting.length > 0 || free <= 0 || allowed <= 0) await this.#pause();
        else if (!(await this.#fetch(this.#boundsOfClaim(free, allowed)))) return;
      }
    } finally {
      await Promise.all(this.#underWay);
      await this.#putBack(this.#takeWaiting());
    }
    if (this.#failure !== null) throw this.#failure.error;
  }

  /** In order no more runs than there are places for: what waits behind one would be too old by the time that it ends. */
  #boundsOfClaim(free: number, allowed: number): ClaimBounds {
    const { endpoint, maxInFlight } = this.situation;
    const places = maxInFlight ?? defaultMaxInFlight;
    const ofEach = Math.max(1, Math.floor(maxClaimedInOrder / places));
    const perKey = Math.min(maxClaimedOfKey, ofEach);
    const most = endpoint.ordered ? Math.min(free, keysPerClaim) * perKey : maxClaimedAhead;
    return { limit: Math.min(most, allowed), perKey };
  }

  /** False: nothing may be sent now, and nothing is under way that might change that. */
  async #fetch(bounds: ClaimBounds): Promise<boolean> {
    const runs = await this.#claim(bounds);
    if (runs === null) return false;
    if (runs.length === 0) {
      if (this.#underWay.size === 0) return false;
      await this.#untilOneEnds(lookAgainMs);
    }
    this.#waiting = runs;
    return true;
  }

  async #claim({ limit, perKey }: ClaimBounds): Promise<Run[] | null> {
    const claimedAtMs = Date.now();
    const runs = await this.deps.source.next({
      endpointId: this.situation.endpointId,
      epoch: this.situation.epoch,
      ordered: this.situation.endpoint.ordered,
      claimant: this.#claimant,
      limit,
      paceMs: this.#pace.msPerRequest,
      perKey,
    });
    if (runs === null) this.isSuperseded = true;
    this.#claimedAtMs = claimedAtMs;
    if (runs !== null) this.#pace.take(runs.flat().length);
    return runs;
  }

  #startWaiting(): void {
    while (this.#waiting.length > 0 && this.#freePlaces() > 0) {
      const run = this.#waiting.shift();
      if (run === undefined) return;
      const sending = this.#send(run)
        .catch((error: unknown) => {
          this.#failure ??= { error };
        })
        .finally(() => this.#underWay.delete(sending));
      this.#underWay.add(sending);
    }
  }

  /** One after the other; after one that wasn't delivered the rest wait. */
  async #send(run: Run): Promise<void> {
    // Claimed last of all: runs are fetched when none waits any more.
    const claimedAtMs = this.#claimedAtMs;
    for (const [index, { delivery, body }] of run.entries()) {
      const claim = {
        delivery,
        claimant: this.#claimant,
        claimedAtMs,
        runId: this.deps.runId,
        workflow: 'drainEndpoint',
        lane: 'drain' as const,
      };
      const report = await this.deps.attemptMaker.make(claim, body ?? undefined);
      const isMade = report.attemptCount > delivery.attemptCount;
      if (isMade) {
        this.attempts += 1;
        this.lastAnswer = report.lastAnswer;
      }
      if (report.state === 'delivered') {
        this.delivered += 1;
        continue;
      }
      // How the endpoint is has to be asked before anything further is sent to it.
      this.#mustAsk = true;
      const rest = run.slice(index + 1);
      // It waited too long for a place, and so have all that were claimed with it.
      if (!isMade && index === 0) await this.#putBack([run, ...this.#takeWaiting()]);
      else await this.#release(rest);
      return;
    }
  }

  #takeWaiting(): Run[] {
    return this.#waiting.splice(0);
  }

  /** Releases runs of which nothing was sent, and goes on with the first of them. */
  async #putBack(runs: readonly Run[]): Promise<void> {
    const first = runs[0]?.[0];
    if (first === undefined) return;
    this.deps.source.putBack(first);
    await this.#release(runs.flat());
  }

  async #release(claimed: readonly DrainedDelivery[]): Promise<void> {
    if (claimed.length === 0) return;
    const ids = claimed.map(({ delivery }) => delivery.id);
    await releaseClaims(this.deps.pool, this.#claimant, ids);
  }

  async #mayGoOn(): Promise<boolean> {
    if (this.isOver || this.isSuperseded || this.#failure !== null) return false;
    if (this.#mustAsk || performance.now() - this.#readAtMs > situationHoldsMs) {
      await this.ask();
    }
    const { endpoint } = this.situation;
    return !this.isSuperseded && drainGateOf(endpoint).open && !endpoint.circuitOpen;
  }

  /** For longer than it is worth holding a place of the process. */
  #isHeldUpByRate(allowed: number): boolean {
    if (allowed > 0 || this.#waiting.length > 0 || this.#underWay.size > 0) return false;
    return this.#pace.waitMs > maxPauseMs;
  }

  /** Until a place comes free, or the rate allows one more. */
  async #pause(): Promise<void> {
    const waitMs = Math.min(Math.max(1, this.#pace.waitMs), maxPauseMs);
    await this.#untilOneEnds(this.#freePlaces() > 0 ? waitMs : maxPauseMs);
  }

  /** Or for so long. */
  async #untilOneEnds(mostMs: number): Promise<void> {
    const isOver = new AbortController();
    const { signal } = isOver;
    await Promise.race([
      ...this.#underWay,
      sleep(mostMs, undefined, { signal }).catch(() => undefined),
    ]);
    isOver.abort();
  }

  #freePlaces(): number {
    return this.#places.free(this.situation, this.#underWay.size);
  }
}
