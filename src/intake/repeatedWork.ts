import { setTimeout as sleep } from 'node:timers/promises';

/** Work that a process does again and again until it is stopped; what fails in it, it sees to itself. */
export class RepeatedWork {
  readonly #stopped = new AbortController();
  #loop: Promise<void> = Promise.resolve();

  /** Gives the milliseconds until it is done again. */
  constructor(private readonly work: () => Promise<number>) {}

  /** Of its end: what is under way is to come to one, too. */
  get signal(): AbortSignal {
    return this.#stopped.signal;
  }

  run(): void {
    this.#loop = this.#repeat();
  }

  /** Resolves when what is under way has ended. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#loop;
  }

  async #repeat(): Promise<void> {
    const { signal } = this;
    while (!signal.aborted) {
      const waitMs = await this.work();
      await sleep(waitMs, undefined, { signal }).catch(() => undefined);
    }
  }
}
