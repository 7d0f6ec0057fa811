import { setTimeout as sleep } from 'node:timers/promises';

/** Gives turns, some at once every so many milliseconds. Who waits is bounded by who may ask: activities with a slot. */
export class StartPace {
  #nextAtMs = 0;
  #given = 0;

  constructor(private readonly pace: { atOnce: number; everyMs: number }) {}

  /** Resolves when it is the caller's turn; rejects when the signal comes first. */
  async turn(signal: AbortSignal): Promise<void> {
    const { atOnce, everyMs } = this.pace;
    const nowMs = performance.now();
    if (nowMs >= this.#nextAtMs + everyMs) {
      this.#nextAtMs = nowMs;
      this.#given = 0;
    } else if (this.#given === atOnce) {
      this.#nextAtMs += everyMs;
      this.#given = 0;
    }
    this.#given += 1;
    if (this.#nextAtMs > nowMs) await sleep(this.#nextAtMs - nowMs, undefined, { signal });
  }
}
