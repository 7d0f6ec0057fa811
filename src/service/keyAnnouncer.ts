import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { RepeatedWork } from '../intake/repeatedWork.js';
import {
  announceEveryMs,
  announceKeys,
  forgetKeyHolder,
  holdersNotReady,
  readKeyHolders,
  type KeyHolder,
} from '../store/keyHolders.js';
import type { Pool } from '../store/pool.js';
import type { Sealer } from '../store/sealer.js';
import type { Log } from '../telemetry/log.js';

/** Says for as long as the process runs which encryption keys it has. */
export class KeyAnnouncer {
  readonly #holder: KeyHolder;
  readonly #announcing = new RepeatedWork(() => this.#announceAgain());

  constructor(
    private readonly pool: Pool,
    private readonly log: Log,
    sealer: Sealer,
  ) {
    this.#holder = {
      process: randomUUID(),
      host: hostname(),
      pid: process.pid,
      keys: sealer.keyMarks,
    };
  }

  /** Resolves once it is said: before anything is sealed. */
  async start(): Promise<void> {
    await announceKeys(this.pool, this.#holder);
    await this.#warn();
    this.#announcing.run(announceEveryMs);
  }

  async stop(): Promise<void> {
    await this.#announcing.stop();
    // Without the database others know it a little later.
    await forgetKeyHolder(this.pool, this.#holder.process).catch((err: unknown) =>
      this.log.debug({ err }, 'could not say that this process ends'),
    );
  }

  /** Refusing to start would keep one from starting whose forerunner was killed a moment ago. */
  async #warn(): Promise<void> {
    const { lacking } = holdersNotReady(
      await readKeyHolders(this.pool),
      this.#holder.keys[0] ?? '',
    );
    if (lacking.length === 0) return;
    this.log.warn(
      { processes: lacking.map(({ host, pid }) => `${host}:${pid}`) },
      'other processes lack the first encryption key of this one: what it seals they cannot open',
    );
  }

  async #announceAgain(): Promise<number> {
    await announceKeys(this.pool, this.#holder).catch((err: unknown) =>
      this.log.debug({ err }, 'could not say which encryption keys this process has'),
    );
    return announceEveryMs;
  }
}
