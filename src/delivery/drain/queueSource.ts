import { lowestUuidAt } from '../../domain/ids.js';
import {
  claimInOrder,
  claimOldest,
  firstKey,
  hasOlderThanOrder,
  type DrainedDelivery,
  type QueueClaim,
} from '../../store/claimFromQueue.js';
import type { Queryable } from '../../store/pool.js';

/** Deliveries that are sent one after the other, each when the one before was delivered. */
export type Run = DrainedDelivery[];

/** Takes from the queue of an endpoint what may be sent: the oldest first, or the next of each key. */
export class QueueSource {
  #afterId = lowestUuidAt(0);
  #fromKey: string;
  #olderIsDone = false;
  #isOrdered = false;
  /** Where the last claim began. */
  #claimedAfterId = this.#afterId;
  #hasPutBack = false;
  /** Something is open that is older than the order, and nobody has ended it yet. */
  waitsForOlder = false;

  constructor(
    private readonly db: Queryable,
    /** Of one in order: the key to begin with. */
    fromKey: string,
  ) {
    this.#fromKey = fromKey;
  }

  /** The key to go on with. */
  get fromKey(): string {
    return this.#fromKey;
  }

  /**
   * Claims up to `limit` deliveries and gives them as runs, as many as may go side by side. None: nothing may be sent now,
   * from the head of the queue to its end. Null: another drain has begun. `ordered`: whether the endpoint is sent to in
   * order, as far as is known; once that has changed, the next look begins at the head.
   */
  async next({
    ordered,
    ...claim
  }: QueueClaim & { ordered: boolean; perKey: number }): Promise<Run[] | null> {
    this.#hasPutBack = false;
    if (ordered !== this.#isOrdered) this.#startOver(ordered);
    if (ordered && !this.#olderIsDone) {
      const older = await this.#oldest(claim);
      if (older === null || older.length > 0) return older;
      this.waitsForOlder = await hasOlderThanOrder(this.db, claim.endpointId);
      if (this.waitsForOlder) return [];
      this.#olderIsDone = true;
    }
    return ordered ? await this.#inOrder(claim) : await this.#oldest(claim);
  }

  /** The next claim begins with what was claimed and could not be sent, of which this is the first. */
  putBack({ orderingKey }: DrainedDelivery): void {
    if (this.#hasPutBack) return;
    this.#hasPutBack = true;
    this.#afterId = this.#claimedAfterId;
    if (this.#isOrdered) this.#fromKey = orderingKey;
  }

  #startOver(isOrdered: boolean): void {
    this.#isOrdered = isOrdered;
    this.#afterId = lowestUuidAt(0);
    this.#olderIsDone = false;
    this.waitsForOlder = false;
  }

  async #oldest(claim: QueueClaim): Promise<Run[] | null> {
    const fromHead = this.#afterId === lowestUuidAt(0);
    this.#claimedAfterId = this.#afterId;
    const claimed = await claimOldest(this.db, { ...claim, afterId: this.#afterId });
    if (claimed === null) return null;
    this.#afterId = claimed.at(-1)?.delivery.id ?? lowestUuidAt(0);
    if (claimed.length === 0 && !fromHead) return await this.#oldest(claim);
    return claimed.map((one) => [one]);
  }

  async #inOrder(claim: QueueClaim & { perKey: number }): Promise<Run[] | null> {
    for (let isWhole = this.#fromKey === firstKey; ; isWhole ||= this.#fromKey === firstKey) {
      const found = await claimInOrder(this.db, { ...claim, fromKey: this.#fromKey });
      if (found === null) return null;
      this.#fromKey = found.nextKey ?? firstKey;
      if (found.claimed.length > 0) return runsOf(found.claimed);
      if (found.nextKey !== null || !isWhole) continue;
      // What is older may be resent at any time: the next look begins with it.
      this.#olderIsDone = false;
      return [];
    }
  }
}

function runsOf(claimed: readonly DrainedDelivery[]): Run[] {
  const runs = new Map<string, Run>();
  for (const one of claimed) {
    const run = runs.get(one.orderingKey);
    if (run === undefined) runs.set(one.orderingKey, [one]);
    else run.push(one);
  }
  return [...runs.values()];
}
