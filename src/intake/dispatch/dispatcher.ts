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
 * Starts in flight while this process is busy accepting; never none, so that dispatch goes on, at some 30 a second. Two of
 * a tenant: with one, twenty events a second of another tenant than the one that bursts waited for seconds on a busy
 * machine; with more, a burst is accepted more slowly, since each start costs as much as accepting 25 events.
 */
const whileAccepting = { total: 3, perTenant: 2 };
/**
 * Submissions under way from which accepting goes first, and for how long it still does when they are fewer: a client
 * of 50 connections on a busy machine leaves gaps (measured with 50 ms: five times as many starts during a burst).
 */
const busyAccepting = 16;
const giveWayMs = 150;
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
  /** Submissions that this process is accepting now. */
  acceptingNow: () => number;
}

/** Starts what the outbox holds: from this process's queue at once, the rest by lease, tenants in turn. */
export class Dispatcher {
  #stopped = false;
  readonly #inFlight: StartsInFlight;
  #backlog = 0;
  #pauseMs = 0;
  #pausedUntilMs = 0;
  #givesWayUntilMs = 0;
  #cursor = firstTenant;
  #started: string[] = [];
  readonly #loops = [
    this.#every(pollIntervalMs, () => this.#poll()),
    this.#every(deleteIntervalMs, () => this.#deleteStarted()),
    this.#every(backlogIntervalMs, () => this.#readBacklog()),
  ];

  constructor(private readonly deps: DispatcherDeps) {
    this.#inFlight = new StartsInFlight(deps.startsInFlight);
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
    while (!this.#stopped && this.#limit().total > 0 && queue.room > 0) {
      const limit = this.#pauseMs > 0 ? 1 : queue.room;
      const except = [...queue.fullTenants(), ...this.#inFlight.heldUpTenants()];
      const entries = await claimOutbox(pool, { after: this.#cursor, limit, leaseMs, except });
      for (const entry of entries) queue.push(entry);
      const isRoundEnd = entries.length === 0;
      const wasAtStart = this.#cursor === firstTenant;
      this.#cursor = isRoundEnd ? firstTenant : lastTenant(entries);
      if (isRoundEnd && wasAtStart) return;
      if (limit === 1) return;
    }
  }

  /** How many starts may be in flight now, and of one tenant. */
  #limit(): { total: number; perTenant: number } {
    const { startsInFlight } = this.deps;
    const none = { total: 0, perTenant: 0 };
    if (this.#stopped || Date.now() < this.#pausedUntilMs) return none;
    if (this.#backlog > maxBacklog) return none;
    if (this.deps.acceptingNow() >= busyAccepting) this.#givesWayUntilMs = Date.now() + giveWayMs;
    if (Date.now() < this.#givesWayUntilMs) return whileAccepting;
    return { total: this.#pauseMs > 0 ? 1 : startsInFlight, perTenant: startsInFlight };
  }

  #pump(): void {
    const inFlight = this.#inFlight;
    for (;;) {
      const { total, perTenant } = this.#limit();
      if (!inFlight.hasRoom(total)) return;
      const mayStart = (tenant: string): boolean => !inFlight.isFullFor(tenant, perTenant);
      const entry = this.deps.queue.shift(startMarginMs, mayStart);
      if (entry === undefined) return;
      const end = inFlight.begin(tenantKey(entry), entry.endpointIds.length);
      void this.#start(entry).finally(() => {
        end();
        this.#pump();
      });
    }
  }

  async #start(entry: LeasedEntry): Promise<void> {
    const { starter, metrics } = this.deps;
    const firstAttempts = this.deps.firstAttempts.of(entry.subjectId);
    const span = this.#spanOf(entry);
    try {
      const isEager = await starter.start(entry);
      span?.end(() => ({ facts: { 'everhook.eager': isEager } }));
      metrics.workflowStarts.inc({ workflow: entry.kind, eager: isEager ? 'true' : 'false' });
      this.#pauseMs = 0;
      this.#started.push(entry.id);
      if (!isEager) firstAttempts.forget();
      await firstAttempts.made;
    } catch (error) {
      span?.end(() => ({ error: 'not started' }));
      firstAttempts.forget();
      this.#pause(error);
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
