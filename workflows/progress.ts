import { setCurrentDetails, workflowInfo } from '@temporalio/workflow';
import type { DeliveryReport } from '../src/contract/activities.js';
import { describeDeliveries, describeDelivery } from '../src/domain/describeDelivery.js';
import { isFinal } from '../src/domain/words.js';

/** One in batches fails in a workflow of its own. */
export function hasFailedHere({
  state,
  inBatches,
}: Pick<DeliveryReport, 'state' | 'inBatches'>): boolean {
  return state === 'failed' && inBatches === undefined;
}

type TimedReport = DeliveryReport & { nextAttemptAtMs: number };

/** Whether a delivery is this workflow's to work on; a queued one is its endpoint's, one in batches another workflow's. */
export function isWorkedOn({
  state,
  inBatches,
}: Pick<DeliveryReport, 'state' | 'inBatches'>): boolean {
  return !isFinal(state) && state !== 'queued' && inBatches === undefined;
}

/** What a run knows of its deliveries, shown as its current details in the Temporal UI, and who was asked to look. */
export class Progress {
  readonly #reports = new Map<string, TimedReport>();
  readonly #wakes = new Set<string>();

  note(reports: readonly DeliveryReport[]): void {
    const nowMs = Date.now();
    for (const report of reports) {
      const nextAttemptAtMs = nowMs + report.waitMs;
      this.#reports.set(report.deliveryId, { ...report, nextAttemptAtMs });
    }
    setCurrentDetails(describeDeliveries(this.all(), nowMs));
  }

  all(): TimedReport[] {
    return [...this.#reports.values()];
  }

  /** Ends the wait of one delivery, or of all. */
  wake(deliveryId: string | null): void {
    const ids = deliveryId === null ? this.#reports.keys() : [deliveryId];
    for (const id of ids) if (this.#reports.has(id)) this.#wakes.add(id);
  }

  isWoken(deliveryId: string): boolean {
    return this.#wakes.has(deliveryId);
  }

  /** To be called before the record is read, so that a wake during the read is not lost. */
  looked(deliveryId: string): void {
    this.#wakes.delete(deliveryId);
  }

  get hasOpen(): boolean {
    return this.all().some(isWorkedOn);
  }

  get hasFailed(): boolean {
    return this.all().some(hasFailedHere);
  }

  /** The server says so at 4,096 events or 4 MiB: a twelfth of what it takes, enough for what 500 deliveries still add. */
  get mustContinueAsNew(): boolean {
    return workflowInfo().continueAsNewSuggested;
  }

  /** What a delivery waits for, and how many others do, as their timer shows it. */
  describe(deliveryId: string, others: number): string {
    const report = this.#reports.get(deliveryId);
    if (report === undefined) return '';
    const text = describeDelivery(report, Date.now());
    return others === 0 ? text : `${text}; ${others} more wait`;
  }
}
