/** Longer than the longest local attempt: a start is counted as done then, whatever became of it. */
const maxWaitMs = 40_000;

/** Tells dispatch when the first attempts of an event, started eagerly in this process, have been made. */
export class FirstAttempts {
  /** Several of an event, where a retry or a second start of it comes while the first is under way. */
  readonly #waiting = new Map<string, Set<() => void>>();

  /** Resolves when `made` is called with the event's id, or after a bound. Call it before the start. */
  of(eventId: string): { made: Promise<void>; forget: () => void } {
    const waiting = this.#waiting.get(eventId) ?? new Set();
    let finish: () => void = () => undefined;
    const made = new Promise<void>((resolve) => {
      const timer = setTimeout(() => finish(), maxWaitMs);
      timer.unref();
      finish = () => {
        clearTimeout(timer);
        waiting.delete(finish);
        if (waiting.size === 0 && this.#waiting.get(eventId) === waiting)
          this.#waiting.delete(eventId);
        resolve();
      };
    });
    this.#waiting.set(eventId, waiting.add(finish));
    return { made, forget: finish };
  }

  made(eventId: string): void {
    for (const finish of this.#waiting.get(eventId) ?? []) finish();
  }
}
