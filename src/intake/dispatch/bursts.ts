import type { Tally } from '../tally.js';

/** Submissions under way from which this process is busy accepting, and those of a tenant from which it is in a burst. */
const busyFrom = { altogether: 16, perTenant: 4 };
/**
 * For how long it still is when they are fewer: a client of 50 connections on a busy machine leaves gaps (measured with
 * 50 ms: five times as many starts during a burst).
 */
const lastsMs = 150;

/** Tells when this process is busy accepting, and by whose burst: starts give way then. */
export class Bursts {
  #busyUntilMs = 0;
  /** Of those tenants that were in one since it began to be busy. */
  readonly #untilMs = new Map<string, number>();

  /** Of the submissions that are being accepted, by tenant. */
  constructor(private readonly submissions: Tally) {}

  isBusy(): boolean {
    const nowMs = Date.now();
    if (this.submissions.total >= busyFrom.altogether) this.#busyUntilMs = nowMs + lastsMs;
    if (nowMs < this.#busyUntilMs) return true;
    this.#untilMs.clear();
    return false;
  }

  /** Whether the process is busy, too, with that tenant's own submissions. */
  isIn(tenant: string): boolean {
    if (!this.isBusy()) return false;
    const nowMs = Date.now();
    if (this.submissions.of(tenant) >= busyFrom.perTenant) {
      this.#untilMs.set(tenant, nowMs + lastsMs);
    }
    return nowMs < (this.#untilMs.get(tenant) ?? 0);
  }
}
