import type { CircuitBounds, HealthChange, Outcomes } from '../domain/circuit.js';
import { type Answer, answerText } from '../domain/answer.js';
import { showId } from '../domain/ids.js';
import { askedWaitMs } from '../domain/transition.js';
import { queueOpenOfClosed, queueOpenOfFailing } from '../store/endpointDeliveries.js';
import { noteOutcomes } from '../store/endpointHealth.js';
import { endWaitsInQueue } from '../store/hurryQueue.js';
import type { EndpointToSend } from '../store/claimDeliveries.js';
import type { Pool } from '../store/pool.js';
import type { Log } from '../telemetry/log.js';

/** Outcomes that came within this time are noted together: each note is a transaction. */
const gatherMs = 50;
/** Endpoints remembered as failing; the oldest are forgotten beyond that: at worst their next success is not noted. */
const maxRemembered = 10_000;

export interface Outcome {
  succeeded: boolean;
  /** Asked whether an endpoint whose circuit is open is back. */
  probed: boolean;
  retryAfterMs: number;
  /** In words: `503`, `timed out`. */
  answer: string;
}

export interface HealthKeeperDeps {
  pool: Pool;
  log: Log;
  bounds: CircuitBounds;
  /** Called when what was to be sent to an endpoint waits for it. */
  onHeldUp: (endpointId: string) => void;
}

interface Gathering {
  outcomes: Map<string, Outcomes>;
  written: Promise<void>;
}

/**
 * Notes how endpoints answer, only where they fail or have failed: what answers costs nothing. It opens circuits and
 * closes them, and what follows from that for their deliveries.
 */
export class HealthKeeper {
  #gathering: Gathering | null = null;
  #writing: Promise<void> = Promise.resolve();
  readonly #failing = new Set<string>();

  constructor(private readonly deps: HealthKeeperDeps) {}

  /**
   * Resolves when the outcome is noted. `failedBefore`: whether the endpoint was failing when the attempt began.
   * Should Postgres be away the outcome is lost, and the endpoint's next one makes up for it.
   */
  async note(endpointId: string, outcome: Outcome, failedBefore: boolean): Promise<void> {
    if (outcome.succeeded && !failedBefore && !this.#failing.has(endpointId)) return;
    this.#remember(endpointId, !outcome.succeeded);
    const gathering = (this.#gathering ??= this.#gather());
    const seen = gathering.outcomes.get(endpointId);
    gathering.outcomes.set(endpointId, merged(seen, outcome));
    await gathering.written;
  }

  #remember(endpointId: string, failing: boolean): void {
    this.#failing.delete(endpointId);
    if (!failing) return;
    this.#failing.add(endpointId);
    if (this.#failing.size <= maxRemembered) return;
    const [oldest] = this.#failing;
    if (oldest !== undefined) this.#failing.delete(oldest);
  }

  /** One write at a time: what comes meanwhile is gathered for the next. */
  #gather(): Gathering {
    const outcomes = new Map<string, Outcomes>();
    const gathered = new Promise((resolve) => setTimeout(resolve, gatherMs));
    const written = Promise.all([gathered, this.#writing]).then(async () => {
      this.#gathering = null;
      await this.#write(outcomes);
    });
    this.#writing = written;
    return { outcomes, written };
  }

  async #write(outcomes: ReadonlyMap<string, Outcomes>): Promise<void> {
    const { pool, log, bounds } = this.deps;
    try {
      const changes = await noteOutcomes(pool, outcomes, bounds);
      for (const [endpointId, change] of changes) await this.#follow(endpointId, change);
    } catch (error) {
      log.warn({ err: error }, 'how endpoints answered could not be noted');
    }
  }

  /** What is open of an endpoint that is down, or given up, waits for it. */
  async #follow(endpointId: string, { circuit, isOpen, disables }: HealthChange): Promise<void> {
    const { pool, log, onHeldUp } = this.deps;
    const shownId = showId('endpoint', endpointId);
    if (circuit !== 'stays') log.warn({ endpointId: shownId }, `circuit ${circuit}`);
    // Not only when it opens: what was under way then fails after that, and waits for it, too.
    if (isOpen) {
      await queueOpenOfFailing(pool, endpointId);
      onHeldUp(endpointId);
    }
    // What its drain sent waits in the queue itself, as long as its schedule says: nothing else of its key could ask whether
    // the endpoint is back. What was under way then is recorded after that, and seen to when it is back.
    if (circuit !== 'stays') await endWaitsInQueue(pool, endpointId);
    if (disables) {
      log.warn({ endpointId: shownId }, 'endpoint disabled: it failed for too long');
      await queueOpenOfClosed(pool, endpointId, 'failing');
    }
  }
}

function merged(seen: Outcomes | undefined, outcome: Outcome): Outcomes {
  const { succeeded, probed, retryAfterMs, answer } = outcome;
  if (succeeded) {
    return { failures: 0, succeeded, probed: false, retryAfterMs: 0, lastAnswer: null };
  }
  return {
    failures: (seen?.failures ?? 0) + 1,
    succeeded: seen?.succeeded ?? false,
    probed: probed || (seen?.probed ?? false),
    retryAfterMs: Math.max(retryAfterMs, seen?.retryAfterMs ?? 0),
    lastAnswer: answer,
  };
}

/** Notes an answer of an endpoint as it was known when it was asked. One for one event alone has no health. */
export async function noteAnswer(
  health: HealthKeeper,
  endpointId: string,
  endpoint: EndpointToSend,
  answer: Answer,
): Promise<void> {
  if (endpoint.oneOff) return;
  const outcome = {
    succeeded: answer.outcome === 'success',
    probed: endpoint.circuitOpen,
    retryAfterMs: askedWaitMs(answer, Date.now()),
    answer: answerText(answer),
  };
  await health.note(endpointId, outcome, endpoint.consecutiveFailures > 0);
}
