import {
  allHandlersFinished,
  condition,
  setCurrentDetails,
  workflowInfo,
} from '@temporalio/workflow';
import type { BatchReport } from '../src/contract/batches.js';
import { fallbackMs } from '../src/domain/limits.js';
import { batchActivityOf, describeBatches } from '../src/domain/imports/describeBatches.js';
import { localActivities, sendBatches } from './activityProxies.js';
import { fairForOwnTenant } from './fairForOwnTenant.js';
import { showState } from './showState.js';
import { idleWaitMs } from './waits.js';

/** What one run of `deliverBatches` knows, and its steps. */
export class BatchRun {
  #report: BatchReport | undefined;
  #notedAtMs = 0;
  #isIdle = false;
  #isWoken = false;
  #steps = 0;

  constructor(readonly deliveryId: string) {}

  get report(): BatchReport {
    if (this.#report === undefined) throw new Error('Nothing is known of the delivery yet.');
    return this.#report;
  }

  /** What the query `progress` answers; null before the batches are planned. */
  get progress(): (BatchReport & { text: string }) | null {
    return this.#report === undefined ? null : { ...this.#report, text: this.#text() };
  }

  /** The server says so at 4,096 events or 4 MiB; a run of many slices ends earlier, by the bound that is reported. */
  get mustContinueAsNew(): boolean {
    const { continueAsNewSuggested } = workflowInfo();
    return continueAsNewSuggested || this.#steps >= this.report.stepsPerRun;
  }

  note(report: BatchReport): void {
    const before = this.#report;
    this.#isIdle = before !== undefined && JSON.stringify(before) === JSON.stringify(report);
    this.#report = report;
    this.#notedAtMs = Date.now();
    setCurrentDetails(this.#text());
    const state = batchActivityOf(report);
    if (state !== null) showState(state);
  }

  /** Has the record looked at, now or after the step that is under way. */
  wake(): void {
    this.#isWoken = true;
  }

  /** Whether somebody changed something since the last step began. */
  get isWoken(): boolean {
    return this.#isWoken;
  }

  async look(): Promise<void> {
    this.#isWoken = false;
    this.note(await localActivities.lookAtBatches(this.deliveryId));
  }

  /** Sends batches if one is due; otherwise waits until one is, or somebody changed something. */
  async step(): Promise<void> {
    this.#steps += 1;
    const waitMs = this.#waitMs();
    if (waitMs === 0) {
      this.#isWoken = false;
      this.note(await this.#send());
      return;
    }
    const isWoken = await condition(() => this.#isWoken, waitMs, { summary: this.#text() });
    this.#isWoken = false;
    // A retry that is due is sent without a further look: sending begins with one.
    if (isWoken || this.#waits()) await this.look();
    else this.note(await this.#send());
  }

  /** Gives a fresh round to what had failed in an earlier run; what failed in this one stays failed. */
  async settle(): Promise<void> {
    await localActivities.settle({ deliveryId: this.deliveryId });
    await this.look();
  }

  async signalsHandled(): Promise<void> {
    await condition(allHandlersFinished);
  }

  async #send(): Promise<BatchReport> {
    const { acknowledged, batches } = this.report;
    const summary = `from batch ${acknowledged + 1} of ${batches}`;
    return await sendBatches.executeWithOptions({ summary, ...fairForOwnTenant() }, [
      this.deliveryId,
    ]);
  }

  #waits(): boolean {
    return this.report.paused || this.report.state === 'queued';
  }

  #waitMs(): number {
    if (this.#isWoken) return this.#waits() ? fallbackMs : 0;
    if (this.#waits()) return fallbackMs;
    return Math.max(this.report.waitMs, this.#isIdle ? idleWaitMs : 0);
  }

  #text(): string {
    const { report } = this;
    const nextAttemptAtMs = this.#notedAtMs + report.waitMs;
    return describeBatches({ ...report, nextAttemptAtMs }, Date.now());
  }
}
