import {
  claimOutbox,
  deleteFromOutbox,
  firstTenant,
  type OutboxEntry,
} from '../../store/outbox.js';
import { workflowId } from '../../contract/temporal.js';
import { tenantKey } from '../../domain/refs.js';
import { parseTraceParent } from '../../domain/traceParent.js';
import type { Pool } from '../../store/pool.js';
import type { Log } from '../../telemetry/log.js';
import type { Metrics } from '../../telemetry/metrics/createMetrics.js';
import type { OpenSpan, Tracing } from '../../telemetry/tracing/tracing.js';
import { RepeatedWork } from '../repeatedWork.js';
import type { Tally } from '../tally.js';
import { Bursts } from './bursts.js';
import type { DispatchQueue, LeasedEntry } from './dispatchQueue.js';
import type { FirstAttempts } from './firstAttempts.js';
import { StartsInFlight } from './startsInFlight.js';
import type { WorkflowStarter } from './workflowStarter.js';

const pollIntervalMs = 100;
const deleteIntervalMs = 200;
const backlogIntervalMs = 1_000;
/** Workflow tasks waiting for workers beyond which the rest stays in Postgres, where tenants take turns. */
const maxBacklog = 500;
/**
 * Starts that Temporal is asked for at once. What comes after that waits for receivers; this costs CPU, and in the queue
 * here tenants take turns. (Without a bound, 48 events of a burst went in one turn: each start of anybody took 0.6 s where
 * it takes 0.03, and the next second brought another 37. With 8: 0.05 s.)
 */
const beingStarted = { usually: 8, whileAccepting: 4 };
/**
 * Starts in flight of a tenant with whose burst this process is busy: with more it is accepted more slowly, since each
 * costs as much as accepting 25 events. Others go on as before. (A bound for all together had a quiet tenant wait for
 * half a second behind those of a burst that had begun before.)
 */
const inFlightPerBurst = 2;
/** An entry isn't started when its lease ends within this: starts take up to a second, and then another may start it. */
const startMarginMs = 2_000;
const maxPauseMs = 5_000;

export interface DispatcherDeps {
  pool: Pool;
  log: Log;
  metrics: Metrics;
  tracing: Tracing;
  queue: DispatchQueue;
  starter: WorkflowStarter;
  firstAttempts: FirstAttempts;
  startsInFlight: number;
  leaseMs: number;
  /** Those that this process is accepting now, by tenant. */
  submissions: Tally;
}

/** Starts what the outbox holds: from this process's queue at once, the rest by lease, tenants in turn. */
export class Dispatcher {
  #stopped = false;
  readonly #inFlight: StartsInFlight;
  readonly #bursts: Bursts;
  #backlog = 0;
  #pauseMs = 0;
  #pausedUntilMs = 0;
  #cursor = firstTenant;
  #started: string[] = [];
  readonly #loops = [
    this.#every(pollIntervalMs, () => this.#poll()),
    this.#every(deleteIntervalMs, () => this.#deleteStarted()),
    this.#every(backlogIntervalMs, () => this.#readBacklog()),
  ];

  constructor(private readonly deps: DispatcherDeps) {
    this.#inFlight = new StartsInFlight(deps.startsInFlight);
    this.#bursts = new Bursts(deps.submissions);
  }

  run(): void {
    this.deps.queue.onAdded = () => this.#pump();
    for (const loop of this.#loops) loop.run();
  }

  /** What isn't started by then stays in the outbox for the next dispatcher. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#loops.map((loop) => loop.stop()));
    await this.#deleteStarted();
  }

  #every(intervalMs: number, work: () => Promise<void>): RepeatedWork {
    return new RepeatedWork(async () => {
      try {
        await work();
      } catch (error) {
        this.#pause(error);
      }
      return intervalMs;
    });
  }

  async #poll(): Promise<void> {
    const { pool, queue, leaseMs } = this.deps;
    queue.forgetLapsed(startMarginMs);
    this.#pump();
    for (;;) {
      const { places, except: full } = queue.room;
      if (this.#rests || places === 0) return;
      const limit = this.#pauseMs > 0 ? 1 : places;
      const except = [...new Set([...full, ...this.#inFlight.heldUpTenants()])];
      const entries = await claimOutbox(pool, { after: this.#cursor, limit, leaseMs, except });
      for (const entry of entries) queue.push(entry);
      const isRoundEnd = entries.length === 0;
      const wasAtStart = this.#cursor === firstTenant;
      this.#cursor = isRoundEnd ? firstTenant : lastTenant(entries);
      if (isRoundEnd && wasAtStart) return;
      if (limit === 1) return;
    }
  }

  get #rests(): boolean {
    const isPaused = Date.now() < this.#pausedUntilMs;
    return this.#stopped || isPaused || this.#backlog > maxBacklog;
  }

  #hasRoom(): boolean {
    if (this.#rests) return false;
    const inFlight = this.#pauseMs > 0 ? 1 : this.deps.startsInFlight;
    const { usually, whileAccepting } = beingStarted;
    const ofThose = this.#bursts.isBusy() ? whileAccepting : usually;
    return this.#inFlight.hasRoom(inFlight, ofThose);
  }

  #mayStart(tenant: string): boolean {
    const limit = this.#bursts.isIn(tenant) ? inFlightPerBurst : undefined;
    return !this.#inFlight.isFullFor(tenant, limit);
  }

  #pump(): void {
    while (this.#hasRoom()) {
      const entry = this.deps.queue.shift(startMarginMs, (tenant) => this.#mayStart(tenant));
      if (entry === undefined) return;
      const start = this.#inFlight.begin(tenantKey(entry), entry.endpointIds.length);
      const onStarted = (): void => {
        start.started();
        this.#pump();
      };
      void this.#start(entry, onStarted).then((outcome) => {
        start.end(outcome);
        this.#pump();
      });
    }
  }

  async #start(entry: LeasedEntry, onStarted: () => void): Promise<{ failed: boolean }> {
    const { starter, metrics } = this.deps;
    const firstAttempts = this.deps.firstAttempts.of(entry.subjectId);
    const span = this.#spanOf(entry);
    try {
      const isEager = await starter.start(entry);
      span?.end(() => ({ facts: { 'everhook.eager': isEager } }));
      metrics.workflowStarts.inc({ workflow: entry.kind, eager: isEager ? 'true' : 'false' });
      this.#pauseMs = 0;
      this.#started.push(entry.id);
      onStarted();
      if (!isEager) firstAttempts.forget();
      return await firstAttempts.made;
    } catch (error) {
      span?.end(() => ({ error: 'not started' }));
      firstAttempts.forget();
      this.#pause(error);
      return { failed: true };
    }
  }

  /** Null: what it starts is in no trace, or is only woken. */
  #spanOf({ kind, subjectId, traceParent }: LeasedEntry): OpenSpan | null {
    const parent = parseTraceParent(traceParent);
    if (parent === null) return null;
    return this.deps.tracing.begin({
      kind: 'producer',
      name: `start ${kind}`,
      parent,
      facts: () => ({ temporalWorkflowID: workflowId(kind, subjectId) }),
    });
  }

  /** Temporal or Postgres is away, as a rule: the rows stay, and the next try comes later and later. */
  #pause(error: unknown): void {
    if (Date.now() < this.#pausedUntilMs) return;
    this.#pauseMs = Math.min(Math.max(this.#pauseMs * 2, pollIntervalMs), maxPauseMs);
    this.#pausedUntilMs = Date.now() + this.#pauseMs;
    this.deps.metrics.dispatchPauses.inc({});
    this.deps.log.warn({ err: error, pauseMs: this.#pauseMs }, 'dispatch pauses');
  }

  async #deleteStarted(): Promise<void> {
    const ids = this.#started;
    if (ids.length === 0) return;
    this.#started = [];
    // Should this fail, the rows come back when their leases end, and find their workflows started.
    await deleteFromOutbox(this.deps.pool, ids);
  }

  async #readBacklog(): Promise<void> {
    this.#backlog = await this.deps.starter.backlog();
  }
}

function lastTenant(entries: readonly OutboxEntry[]): { environment: string; tenant: string } {
  return entries.reduce((last, entry) =>
    entry.environment > last.environment ||
    (entry.environment === last.environment && entry.tenant > last.tenant)
      ? entry
      : last,
  );
}
