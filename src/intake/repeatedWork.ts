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

  /** Begins at once, or so much later. */
  run(firstInMs = 0): void {
    this.#loop = this.#repeat(firstInMs);
  }

  /** Resolves when what is under way has ended. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#loop;
  }

  async #repeat(firstInMs: number): Promise<void> {
    const { signal } = this;
    const wait = async (waitMs: number): Promise<void> =>
      await sleep(waitMs, undefined, { signal }).catch(() => undefined);
    if (firstInMs > 0) await wait(firstInMs);
    while (!signal.aborted) await wait(await this.work());
  }
}
