import { createHash } from 'node:crypto';

/** What a receiver of batches has to say. */
export interface LedgerProgress {
  /** Rows of acknowledged batches, each counted once. */
  rows: number;
  batches: number;
  /** Requests for a batch that had been acknowledged. */
  repeats: number;
  /** What must not happen; the first ones. */
  violations: string[];
  /** By the machine's monotonic clock; 0 before the first. */
  firstAtMs: number;
  lastAtMs: number;
}

interface SentBatch {
  index: number;
  offset: number;
  rowCount: number;
  rows: { data: { n: number } }[];
}

const maxViolations = 10;

/** Checks of one run that batches come one at a time and in order, and every row exactly once but for repeated batches. */
export class Ledger {
  readonly #bodies = new Map<number, string>();
  readonly #violations: string[] = [];
  #rows = 0;
  #repeats = 0;
  #underWay = 0;
  #firstAtMs = 0;
  #lastAtMs = 0;

  begin(atMs: number): void {
    if (this.#firstAtMs === 0) this.#firstAtMs = atMs;
    this.#underWay += 1;
    if (this.#underWay > 1) this.#note('two batches at once');
  }

  /** A request that was cut off. */
  abandon(): void {
    this.#underWay -= 1;
  }

  /** To be called right before the batch is acknowledged. */
  acknowledge(webhookId: string, body: Buffer, atMs: number): void {
    this.#underWay -= 1;
    this.#lastAtMs = atMs;
    const { data: batch } = JSON.parse(body.toString()) as { data: SentBatch };
    const { index, offset, rowCount, rows } = batch;
    const sent = `${webhookId} ${createHash('sha256').update(body).digest('hex')}`;
    const before = this.#bodies.get(index);
    if (before !== undefined) {
      this.#repeats += 1;
      if (before !== sent) this.#note(`batch ${index} came again with another id or body`);
      if (index !== this.#bodies.size) this.#note(`batch ${index} came again after the next one`);
      return;
    }
    if (index !== this.#bodies.size + 1)
      this.#note(`batch ${index} after batch ${this.#bodies.size}`);
    if (offset !== this.#rows || rowCount !== rows.length)
      this.#note(`batch ${index}: ${rowCount} rows from ${offset}`);
    if (!rows.every(({ data }, place) => data.n === offset + place))
      this.#note(`batch ${index}: other rows than from ${offset} on`);
    this.#bodies.set(index, sent);
    this.#rows += rows.length;
  }

  progress(): LedgerProgress {
    return {
      rows: this.#rows,
      batches: this.#bodies.size,
      repeats: this.#repeats,
      violations: this.#violations,
      firstAtMs: this.#firstAtMs,
      lastAtMs: this.#lastAtMs,
    };
  }

  #note(violation: string): void {
    if (this.#violations.length < maxViolations) this.#violations.push(violation);
  }
}
