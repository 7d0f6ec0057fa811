import type { DeliveryReport } from '../src/contract/activities.js';
import { gatherShare, gatherWithinMs } from './waits.js';

/** A timer fires by the server's clock; the activity takes what is due within this time. */
const toleranceMs = 10;

interface Waiting {
  report: DeliveryReport;
  dueAtMs: number;
  gatherMs: number;
}

/** The deliveries of a run that wait for their next attempt. One timer is enough for all of them. */
export class WaitingDeliveries {
  readonly #byId = new Map<string, Waiting>();

  get size(): number {
    return this.#byId.size;
  }

  has(deliveryId: string): boolean {
    return this.#byId.has(deliveryId);
  }

  add(report: DeliveryReport, waitMs: number): void {
    const gatherMs = Math.min(gatherWithinMs, gatherShare * waitMs);
    this.#byId.set(report.deliveryId, { report, dueAtMs: Date.now() + waitMs, gatherMs });
  }

  /** Takes what is due, or was woken. */
  takeDue(isWoken: (deliveryId: string) => boolean): DeliveryReport[] {
    const untilMs = Date.now() + toleranceMs;
    const due: DeliveryReport[] = [];
    for (const [deliveryId, { report, dueAtMs }] of this.#byId) {
      if (dueAtMs > untilMs && !isWoken(deliveryId)) continue;
      due.push(report);
      this.#byId.delete(deliveryId);
    }
    return due;
  }

  /** When to look next, and for which first; null where none waits. */
  next(): { atMs: number; deliveryId: string } | null {
    const all = [...this.#byId.values()];
    const [first, ...rest] = all;
    if (first === undefined) return null;
    const earliest = rest.reduce(
      (one, other) => (other.dueAtMs < one.dueAtMs ? other : one),
      first,
    );
    const gatherUntilMs = earliest.dueAtMs + earliest.gatherMs;
    const gathered = all
      .map(({ dueAtMs }) => dueAtMs)
      .filter((dueAtMs) => dueAtMs <= gatherUntilMs);
    return { atMs: Math.max(...gathered), deliveryId: earliest.report.deliveryId };
  }

  isAnyWoken(isWoken: (deliveryId: string) => boolean): boolean {
    for (const deliveryId of this.#byId.keys()) if (isWoken(deliveryId)) return true;
    return false;
  }
}
