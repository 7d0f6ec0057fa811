import { slowEndpointMs } from '../domain/limits.js';

/** How long an endpoint stays known as slow after a slow answer. */
const rememberedMs = 60_000;
/** Beyond that many the oldest are forgotten; at worst their next attempt is made in the local lane. */
const maxRemembered = 2_000;

/** Which endpoints answered slowly of late, as this worker saw it: their attempts leave the local lane. */
export class SlowEndpoints {
  readonly #untilMs = new Map<string, number>();

  note(endpointId: string, durationMs: number, nowMs: number): void {
    this.#untilMs.delete(endpointId);
    if (durationMs < slowEndpointMs) return;
    this.#untilMs.set(endpointId, nowMs + rememberedMs);
    if (this.#untilMs.size > maxRemembered) {
      const [oldest] = this.#untilMs.keys();
      if (oldest !== undefined) this.#untilMs.delete(oldest);
    }
  }

  has(endpointId: string, nowMs: number): boolean {
    const untilMs = this.#untilMs.get(endpointId);
    if (untilMs === undefined) return false;
    if (untilMs > nowMs) return true;
    this.#untilMs.delete(endpointId);
    return false;
  }

  list(nowMs: number): string[] {
    return [...this.#untilMs.keys()].filter((id) => this.has(id, nowMs));
  }
}
