import { Pace, rampRate } from '../../domain/pace.js';
import type { DrainSituation } from '../../store/drainSituation.js';

/** How fast an endpoint may be sent to by this process, as long as it drains it: its own rate, and its ramp. */
export class EndpointPace {
  readonly #pace: Pace;
  #situation: DrainSituation;
  #readAtMs = performance.now();

  constructor(situation: DrainSituation) {
    this.#situation = situation;
    this.#pace = new Pace((nowMs) => this.#rateAt(nowMs), this.#readAtMs + situation.nextSendInMs);
  }

  /** How the endpoint is now. */
  note(situation: DrainSituation): void {
    this.#situation = situation;
    this.#readAtMs = performance.now();
  }

  /** Requests that may begin now. */
  get available(): number {
    return this.#pace.available(performance.now());
  }

  /** Until one may begin. */
  get waitMs(): number {
    return this.#pace.waitMs(performance.now());
  }

  /** How long the rate is used up by a request; 0 without one. */
  get msPerRequest(): number {
    const rate = this.#rateAt(performance.now());
    return rate === null ? 0 : 1_000 / rate;
  }

  take(count: number): void {
    this.#pace.take(count, performance.now());
  }

  #rateAt(nowMs: number): number | null {
    const { rateLimitPerSecond, sinceReopenedMs } = this.#situation;
    const ramp =
      sinceReopenedMs === null ? null : rampRate(sinceReopenedMs + nowMs - this.#readAtMs);
    if (ramp === null || rateLimitPerSecond === null) return ramp ?? rateLimitPerSecond;
    return Math.min(ramp, rateLimitPerSecond);
  }
}
