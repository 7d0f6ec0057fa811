export interface ReceiverProgress {
  /** Distinct by event and endpoint. */
  deliveries: number;
  /** Requests beyond the first of a delivery. */
  repeats: number;
  /** By the machine's monotonic clock; 0 before the first. */
  lastAtMs: number;
}

/** What a receiver got since it was last told to forget; bounded by the events of one phase. */
export class Receipts {
  readonly #deliveries = new Set<string>();
  readonly #firstAtMs = new Map<string, number>();
  #repeats = 0;
  #lastAtMs = 0;

  note(webhookId: string, path: string, atMs: number): void {
    const delivery = `${webhookId} ${path}`;
    if (this.#deliveries.has(delivery)) {
      this.#repeats += 1;
      return;
    }
    this.#deliveries.add(delivery);
    this.#lastAtMs = atMs;
    if (!this.#firstAtMs.has(webhookId)) this.#firstAtMs.set(webhookId, atMs);
  }

  progress(): ReceiverProgress {
    return {
      deliveries: this.#deliveries.size,
      repeats: this.#repeats,
      lastAtMs: this.#lastAtMs,
    };
  }

  firstReceipts(): Record<string, number> {
    return Object.fromEntries(this.#firstAtMs);
  }

  forget(): void {
    this.#deliveries.clear();
    this.#firstAtMs.clear();
    this.#repeats = 0;
    this.#lastAtMs = 0;
  }
}
