import type { BatchSituation, PlannedBatch } from '../../store/batchSituation.js';
import type { BatchBodies, BatchBody } from './batchBodies.js';
import type { BatchEvent } from './batchEvent.js';

type Making = NonNullable<ReturnType<BatchBodies['makeAhead']>>;

/**
 * The next bodies of one delivery: one is made while the batch before is under way, and the one after that is begun when
 * the answer is in, so that the commit is waited for with work at hand.
 */
export class BodiesAhead {
  readonly #making = new Map<number, Making>();

  constructor(
    private readonly bodies: BatchBodies,
    private readonly event: BatchEvent,
  ) {}

  /** Begins to make a body, if there is such a batch, room in memory, and it isn't being made. */
  begin(run: BatchSituation, batch: PlannedBatch | undefined, likelyBytes: number): void {
    if (batch === undefined || this.#making.has(batch.number)) return;
    const making = this.bodies.makeAhead(run, this.event, batch, likelyBytes);
    if (making !== null) this.#making.set(batch.number, making);
  }

  /** The body of a batch where it was begun and could be made; what kept it from that is told when it is made again. */
  async of(number: number): Promise<BatchBody | null> {
    return (await this.#making.get(number)?.made) ?? null;
  }

  /** Forgets the bodies of batches up to a number; without one, all. */
  forget(upTo = Number.POSITIVE_INFINITY): void {
    for (const [number, { free }] of this.#making) {
      if (number > upTo) continue;
      free();
      this.#making.delete(number);
    }
  }
}
