import { batchLeaseMs, batchLeaseRenewalMs } from '../../domain/limits.js';

const checkIntervalMs = 1_000;

/**
 * A sender's claim on a delivery's batches, renewed while it holds it. By this process's own clock it ends no later than
 * by the database's, since it is counted from before each renewal. When it is lost, `signal` ends the request under way:
 * another may be sending the same batch.
 */
export class BatchLease {
  readonly #lost = new AbortController();
  readonly #timer: NodeJS.Timeout;
  #untilMs: number;
  #renewAtMs: number;
  #renewing = false;
  #renewalError: unknown;

  constructor(
    /** False: another has the claim. */
    private readonly renew: () => Promise<boolean>,
    claimedAtMs: number,
  ) {
    this.#untilMs = claimedAtMs + batchLeaseMs;
    this.#renewAtMs = claimedAtMs + batchLeaseRenewalMs;
    this.#timer = setInterval(() => this.#check(), checkIntervalMs);
  }

  /** By the clock of `performance.now()`. */
  static nowMs(): number {
    return performance.now();
  }

  get signal(): AbortSignal {
    return this.#lost.signal;
  }

  /** It was renewed by a statement that was sent at this moment. */
  renewed(askedAtMs: number): void {
    this.#untilMs = askedAtMs + batchLeaseMs;
    this.#renewAtMs = askedAtMs + batchLeaseRenewalMs;
  }

  /** Throws unless a request may begin now. */
  throwIfLost(): void {
    if (BatchLease.nowMs() >= this.#untilMs) this.#lose('has lapsed');
    this.signal.throwIfAborted();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #check(): void {
    const nowMs = BatchLease.nowMs();
    // The timer's turn comes before the network's: an answer that came while this process was held up counts first.
    if (nowMs >= this.#untilMs) setImmediate(() => this.#loseIfLapsed());
    else if (nowMs >= this.#renewAtMs && !this.#renewing) void this.#renew(nowMs);
  }

  #loseIfLapsed(): void {
    if (BatchLease.nowMs() >= this.#untilMs) this.#lose('has lapsed');
  }

  async #renew(askedAtMs: number): Promise<void> {
    this.#renewing = true;
    try {
      if (await this.renew()) this.renewed(askedAtMs);
      else this.#lose("is another sender's");
    } catch (error) {
      // Postgres may be back before the lease ends; if it isn't, this is told as the reason.
      this.#renewalError = error;
    } finally {
      this.#renewing = false;
    }
  }

  #lose(how: string): void {
    if (this.signal.aborted) return;
    const message = `The claim on this delivery's batches ${how}; what was being sent is sent again.`;
    this.#lost.abort(new Error(message, { cause: this.#renewalError }));
  }
}
