/** What an endpoint that was opened again gets in a second, and until it may have twice as much. */
const rampStartPerSecond = 5;
const rampDoublingMs = 2_000;
/** After that long an endpoint that has answered all the while gets as much as it takes: 5,000 a second by then. */
const rampMs = 20_000;

/** How much is sent in one go at a bounded rate, in seconds of it; one request at least. */
const burstSeconds = 0.1;

/** Requests per second that an endpoint may get so long after it was opened again; null: no bound. */
export function rampRate(sinceReopenedMs: number | null): number | null {
  if (sinceReopenedMs === null || sinceReopenedMs >= rampMs) return null;
  return rampStartPerSecond * 2 ** (Math.max(0, sinceReopenedMs) / rampDoublingMs);
}

/**
 * A token bucket: how many requests may begin now, so that no second has more than the rate and one burst. Its clock is
 * the caller's, in milliseconds that only grow.
 */
export class Pace {
  /** When the next request would be due if all before had come evenly. */
  #nextAtMs: number;

  constructor(
    /** Requests per second at a moment; null: no bound. */
    private readonly rateAt: (nowMs: number) => number | null,
    nextAtMs: number,
  ) {
    this.#nextAtMs = nextAtMs;
  }

  available(nowMs: number): number {
    const rate = this.rateAt(nowMs);
    if (rate === null) return Number.POSITIVE_INFINITY;
    const earliestMs = nowMs - burstMs(rate);
    const aheadMs = nowMs - Math.max(this.#nextAtMs, earliestMs);
    return aheadMs < 0 ? 0 : Math.floor((aheadMs * rate) / 1_000) + 1;
  }

  /** Takes what is sent, and gives the time that it takes at the rate; 0 without one. */
  take(count: number, nowMs: number): number {
    const rate = this.rateAt(nowMs);
    if (rate === null || count === 0) return 0;
    const takenMs = (count * 1_000) / rate;
    this.#nextAtMs = Math.max(this.#nextAtMs, nowMs - burstMs(rate)) + takenMs;
    return takenMs;
  }

  /** Until one request may begin. */
  waitMs(nowMs: number): number {
    return this.rateAt(nowMs) === null ? 0 : Math.max(0, this.#nextAtMs - nowMs);
  }
}

function burstMs(rate: number): number {
  return Math.max(0, burstSeconds * 1_000 - 1_000 / rate);
}
