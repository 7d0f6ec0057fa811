import { allHandlersFinished, condition } from '@temporalio/workflow';
import type { DeliveryReport } from '../src/contract/activities.js';
import { isFinal } from '../src/domain/words.js';
import { isWorkedOn, type Progress } from './progress.js';
import { retryLoop } from './retryLoop.js';
import { startDeliverBatches } from './startDeliverBatches.js';

/**
 * The retry loops of a run, one per delivery that is open and not queued; at most as many as a tenant has endpoints. What
 * is sent in batches is given to a workflow of its own.
 */
export class Loops {
  readonly #deliveryIds = new Set<string>();
  #failure: { error: unknown } | undefined;
  #begun = false;
  #firstAttemptsMade = false;

  constructor(private readonly progress: Progress) {}

  /** Whether the first attempts are being made, or have been. */
  get begun(): boolean {
    return this.#begun;
  }

  get running(): boolean {
    return this.#deliveryIds.size > 0 || !allHandlersFinished();
  }

  has(deliveryId: string): boolean {
    return this.#deliveryIds.has(deliveryId);
  }

  /** Has the first attempts made, then starts the loops of what they left open. */
  async begin(makeFirstAttempts: () => Promise<DeliveryReport[]>): Promise<void> {
    this.#begun = true;
    this.run(await makeFirstAttempts());
    this.#firstAttemptsMade = true;
  }

  /** A loop that started beside the first attempts would find them under way, and wait out their leases. */
  async firstAttempts(): Promise<void> {
    await condition(() => this.#firstAttemptsMade);
  }

  /** Takes note of the reports and starts a loop for each delivery that needs one and has none. */
  run(reports: readonly DeliveryReport[]): void {
    const news = reports.filter(({ deliveryId }) => !this.has(deliveryId));
    this.progress.note(news);
    for (const report of news) {
      if (isWorkedOn(report)) this.#run(report.deliveryId, () => retryLoop(report, this.progress));
      else if (report.inBatches !== undefined && !isFinal(report.state)) {
        const { inBatches } = report;
        this.#run(report.deliveryId, () => startDeliverBatches(report.deliveryId, inBatches));
      }
    }
  }

  /** Resolves when no loop and no signal's handler runs any more; throws what a loop threw. */
  async ended(): Promise<void> {
    await condition(() => !this.running || this.#failure !== undefined);
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  #run(deliveryId: string, work: () => Promise<void>): void {
    this.#deliveryIds.add(deliveryId);
    void work()
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => this.#deliveryIds.delete(deliveryId));
  }
}
