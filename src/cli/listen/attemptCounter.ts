/** Far more than can be open at once while a person watches. */
const maxIds = 10_000;

/** Counts the attempts of each delivery that this process has seen, by `webhook-id`; the oldest are forgotten. */
export class AttemptCounter {
  readonly #counts = new Map<string, number>();

  /** The number of this attempt, from 1. */
  next(webhookId: string): number {
    const count = (this.#counts.get(webhookId) ?? 0) + 1;
    // Deleted first, so that it moves to the end: those at the beginning are the longest unseen.
    this.#counts.delete(webhookId);
    this.#counts.set(webhookId, count);
    const [oldest] = this.#counts.keys();
    if (this.#counts.size > maxIds && oldest !== undefined) this.#counts.delete(oldest);
    return count;
  }
}
