import { condition, setCurrentDetails, sleep, workflowInfo } from '@temporalio/workflow';
import type { DrainReport } from '../src/contract/drain.js';
import { describeDrain } from '../src/domain/describeDrain.js';
import { fallbackMs } from '../src/domain/limits.js';
import { drain } from './activityProxies.js';
import { fairForOwnTenant } from './fairForOwnTenant.js';
import { showState } from './showState.js';
import { idleWaitMs } from './waits.js';

/** Slices after which a run continues as new, some 12 events each. */
const maxSlices = 300;

/** What one run of `drainEndpoint` knows, and its steps. */
export class DrainRun {
  #report: DrainReport | undefined;
  #notedAtMs = 0;
  #attempts = 0;
  #delivered = 0;
  #lastAnswer: string | null = null;
  #slices = 0;
  /** Slices in a row that sent nothing. */
  #idleSlices = 0;
  #isWoken = false;

  constructor(readonly endpointId: string) {}

  get report(): DrainReport | undefined {
    return this.#report;
  }

  get isWoken(): boolean {
    return this.#isWoken;
  }

  get mustContinueAsNew(): boolean {
    return workflowInfo().continueAsNewSuggested || this.#slices >= maxSlices;
  }

  /** What the query `progress` answers; null before the first slice has ended. */
  get progress(): (DrainReport & { text: string }) | null {
    return this.#report === undefined ? null : { ...this.#report, text: this.#text() };
  }

  wake(): void {
    this.#isWoken = true;
  }

  /** Works off a slice of the queue. */
  async slice(): Promise<void> {
    this.#isWoken = false;
    this.#slices += 1;
    const report = await drain.executeWithOptions(fairForOwnTenant(), [this.endpointId]);
    this.#report = report;
    this.#notedAtMs = Date.now();
    this.#idleSlices = report.attempts === 0 ? this.#idleSlices + 1 : 0;
    this.#attempts += report.attempts;
    this.#delivered += report.delivered;
    this.#lastAnswer = report.lastAnswer ?? this.#lastAnswer;
    setCurrentDetails(this.#text());
    if (report.state !== 'done') showState(report.state);
  }

  /** Until the next slice is worth while, or somebody wakes the run; after a second that sent nothing, a moment at least. */
  async rest(): Promise<void> {
    const leastMs = this.#idleSlices > 1 ? idleWaitMs : 0;
    if (leastMs > 0) await sleep(leastMs);
    const restMs = (this.#report?.waitMs ?? fallbackMs) - leastMs;
    if (restMs > 0) await condition(() => this.#isWoken, restMs, { summary: this.#text() });
  }

  outcome(): Pick<DrainReport, 'endpointId' | 'queued' | 'reason'> & {
    attempts: number;
    delivered: number;
  } {
    const { queued = 0, reason = null } = this.#report ?? {};
    const { endpointId } = this;
    return { endpointId, queued, reason, attempts: this.#attempts, delivered: this.#delivered };
  }

  #text(): string {
    const { state = 'draining', reason = null, queued = 0, waitMs = null } = this.#report ?? {};
    return describeDrain(
      {
        ...{ state, reason, queued, attempts: this.#attempts, delivered: this.#delivered },
        lastAnswer: this.#lastAnswer,
        nextLookAtMs: waitMs === null ? null : this.#notedAtMs + waitMs,
      },
      Date.now(),
    );
  }
}
