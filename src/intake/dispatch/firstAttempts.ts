/** Longer than the longest local attempt: a start is counted as done then, whatever became of it. */
const maxWaitMs = 40_000;

/** Tells dispatch when the first attempts of an event, started eagerly in this process, have been made. */
export class FirstAttempts {
  /** Several of an event, where a retry or a second start of it comes while the first is under way. */
  readonly #waiting = new Map<string, Set<(failed: boolean) => void>>();

  /**
   * Resolves when `made` is called with the event's id, with what that says of them, or after a bound. Call it before the
   * start.
   */
  of(eventId: string): { made: Promise<{ failed: boolean }>; forget: () => void } {
    const waiting = this.#waiting.get(eventId) ?? new Set();
    let finish: (failed: boolean) => void = () => undefined;
    const made = new Promise<{ failed: boolean }>((resolve) => {
      const timer = setTimeout(() => finish(true), maxWaitMs);
      timer.unref();
      finish = (failed) => {
        clearTimeout(timer);
        waiting.delete(finish);
        if (waiting.size === 0 && this.#waiting.get(eventId) === waiting)
          this.#waiting.delete(eventId);
        resolve({ failed });
      };
    });
    this.#waiting.set(eventId, waiting.add(finish));
    return { made, forget: () => finish(false) };
  }

  /** `failed`: some were made, and none was a success. */
  made(eventId: string, failed: boolean): void {
    for (const finish of this.#waiting.get(eventId) ?? []) finish(failed);
  }
}
