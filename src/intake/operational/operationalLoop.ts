import { hasOperationalEvents } from '../../store/operationalEvents.js';
import type { Log } from '../../telemetry/log.js';
import { RepeatedWork } from '../repeatedWork.js';
import type { AcceptDeps } from '../accept/submission.js';
import { acceptOperationalEvents, operationalChunk } from './acceptOperationalEvents.js';

const intervalMs = 1_000;
/** While it fails, as with Postgres away, it is tried less often. */
const failedIntervalMs = 10_000;

export interface OperationalLoopDeps {
  accept: AcceptDeps;
  log: Log;
}

/** Has what is to be told to operational endpoints sent, as long as the process has the dispatcher role. */
export class OperationalLoop {
  readonly #rounds = new RepeatedWork(() => this.#tryRound());

  constructor(private readonly deps: OperationalLoopDeps) {}

  run(): void {
    this.#rounds.run();
  }

  async stop(): Promise<void> {
    await this.#rounds.stop();
  }

  async #tryRound(): Promise<number> {
    try {
      await this.#round();
      return intervalMs;
    } catch (error) {
      this.deps.log.warn({ err: error }, 'operational events wait; it is tried again');
      return failedIntervalMs;
    }
  }

  /** Until no whole chunk is left, each a transaction of its own. */
  async #round(): Promise<void> {
    const { accept, log } = this.deps;
    // Nearly always there is nothing, which a transaction would cost more to find out.
    if (!(await hasOperationalEvents(accept.pool))) return;
    let isWhole = true;
    while (isWhole && !this.#rounds.signal.aborted) {
      const { taken, refused } = await acceptOperationalEvents(accept);
      for (const { detail, parts } of refused) {
        log.error({ detail, parts }, 'an operational event breaks its own rules: nobody is told');
      }
      isWhole = taken === operationalChunk;
    }
  }
}
