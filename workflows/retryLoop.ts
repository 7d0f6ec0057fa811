import { allHandlersFinished, condition } from '@temporalio/workflow';
import type { DeliveryReport } from '../src/contract/activities.js';
import { isFinal } from '../src/domain/words.js';
import { makeAttempts, type AskedAttempts } from './makeAttempts.js';
import { isWorkedOn, type Progress } from './progress.js';
import { startDeliverBatches } from './startDeliverBatches.js';
import { WaitingDeliveries } from './waitingDeliveries.js';
import { idleWaitMs } from './waits.js';

/**
 * The deliveries of a run that are open and not queued, at most as many as a tenant has endpoints, until each is final or
 * queued: one durable timer until the next attempt is due, or a wake by a signal, then the attempts that are due. The
 * schedule is the domain's; this loop waits as long as each report says. What is sent in batches is given to a workflow of
 * its own. (With a loop and a timer for each delivery, a hundred that fail together cost the worker 200 ms of workflow
 * code, most of it promises, whose stacks the SDK keeps, and the server a hundred timers.)
 */
export class RetryLoop {
  readonly #waiting = new WaitingDeliveries();
  readonly #underWay = new Set<string>();
  readonly #isWoken = (deliveryId: string): boolean => this.progress.isWoken(deliveryId);
  #failure: { error: unknown } | undefined;
  #begun = false;
  #firstAttemptsMade = false;

  constructor(private readonly progress: Progress) {}

  /** Whether the first attempts are being made, or have been. */
  get begun(): boolean {
    return this.#begun;
  }

  /** Whether anything is under way: attempts, or a signal's handler. */
  get running(): boolean {
    return this.#underWay.size > 0 || !allHandlersFinished();
  }

  has(deliveryId: string): boolean {
    return this.#waiting.has(deliveryId) || this.#underWay.has(deliveryId);
  }

  /** Has the first attempts made, and takes what they left open. */
  async begin(makeFirstAttempts: () => Promise<DeliveryReport[]>): Promise<void> {
    this.#begun = true;
    this.take(await makeFirstAttempts());
    this.#firstAttemptsMade = true;
  }

  /** What is attempted beside the first attempts would be found under way, and its lease waited for. */
  async firstAttempts(): Promise<void> {
    await condition(() => this.#firstAttemptsMade);
  }

  /** Takes note of the reports, and on what is to be worked on and isn't yet. */
  take(reports: readonly DeliveryReport[]): void {
    const news = reports.filter(({ deliveryId }) => !this.has(deliveryId));
    this.progress.note(news);
    for (const report of news) {
      if (isWorkedOn(report)) this.#waiting.add(report, report.waitMs);
      else if (report.inBatches !== undefined && !isFinal(report.state)) {
        const { deliveryId, inBatches } = report;
        this.#track([deliveryId], startDeliverBatches(deliveryId, inBatches));
      }
    }
  }

  /**
   * Resolves when nothing is left to do and no signal's handler runs any more, or, with deliveries still open, when the
   * run must continue as new; throws what an activity threw.
   */
  async run(): Promise<void> {
    for (;;) {
      if (this.#failure !== undefined) throw this.#failure.error;
      this.#attemptDue();
      if (this.#isOver) return;
      await this.#news();
    }
  }

  get #isOver(): boolean {
    return !this.running && (this.#waiting.size === 0 || this.progress.mustContinueAsNew);
  }

  #attemptDue(): void {
    if (this.progress.mustContinueAsNew) return;
    const due = this.#waiting.takeDue(this.#isWoken);
    for (const { deliveryId } of due) this.progress.looked(deliveryId);
    for (const asked of makeAttempts(due)) {
      this.#track(
        asked.of.map(({ deliveryId }) => deliveryId),
        this.#takeReports(asked),
      );
    }
  }

  async #takeReports({ of, made }: AskedAttempts): Promise<void> {
    const reports = await made;
    this.progress.note(reports);
    reports.forEach((report, index) => {
      if (!isWorkedOn(report)) return;
      const idle = report.waitMs === 0 && isSame(report, of[index]);
      this.#waiting.add(report, Math.max(report.waitMs, idle ? idleWaitMs : 0));
    });
  }

  #track(deliveryIds: readonly string[], work: Promise<void>): void {
    for (const deliveryId of deliveryIds) this.#underWay.add(deliveryId);
    void work
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => {
        for (const deliveryId of deliveryIds) this.#underWay.delete(deliveryId);
      });
  }

  async #news(): Promise<void> {
    const next = this.progress.mustContinueAsNew ? null : this.#waiting.next();
    const isNews = (): boolean => {
      if (this.#failure !== undefined || this.#isOver) return true;
      if (this.progress.mustContinueAsNew) return next !== null;
      const sooner = (this.#waiting.next()?.atMs ?? Infinity) < (next?.atMs ?? Infinity);
      return sooner || this.#waiting.isAnyWoken(this.#isWoken);
    };
    if (next === null) await condition(isNews);
    else {
      const waitMs = Math.max(1, next.atMs - Date.now());
      const summary = this.progress.describe(next.deliveryId, this.#waiting.size - 1);
      await condition(isNews, waitMs, { summary });
    }
  }
}

function isSame(report: DeliveryReport, before: DeliveryReport | undefined): boolean {
  return (
    report.round === before?.round &&
    report.attemptCount === before.attemptCount &&
    report.state === before.state &&
    report.lane === before.lane
  );
}
