interface FairQueueBounds {
  total: number;
  perKey: number;
  /** So many of a key get in also where others have filled it, up to twice the total. */
  assuredPerKey: number;
}

/** A bounded queue that takes from its keys in turn, so that the bursts of some hold up no other. */
export class FairQueue<T> {
  /** In the order of their turns: the first key is next. */
  readonly #byKey = new Map<string, T[]>();
  #size = 0;

  constructor(private readonly bounds: FairQueueBounds) {}

  get size(): number {
    return this.#size;
  }

  hasRoom(key: string, alreadyReserved: { total: number; ofKey: number }): boolean {
    const { total, perKey, assuredPerKey } = this.bounds;
    const taken = this.#size + alreadyReserved.total;
    const ofKey = (this.#byKey.get(key)?.length ?? 0) + alreadyReserved.ofKey;
    return taken < total ? ofKey < perKey : taken < 2 * total && ofKey < assuredPerKey;
  }

  push(key: string, item: T): void {
    const items = this.#byKey.get(key);
    if (items === undefined) this.#byKey.set(key, [item]);
    else items.push(item);
    this.#size += 1;
  }

  /** The oldest item of the key whose turn it is; keys that may not be taken from keep their turns. */
  shift(mayTake: (key: string) => boolean = () => true): T | undefined {
    for (const [key, items] of this.#byKey) {
      if (!mayTake(key)) continue;
      const item = items.shift();
      this.#byKey.delete(key);
      if (items.length > 0) this.#byKey.set(key, items);
      this.#size -= 1;
      return item;
    }
    return undefined;
  }

  /** Forgets each key's oldest items, up to the first that isn't over. */
  forget(isOver: (item: T) => boolean): void {
    for (const [key, items] of this.#byKey) {
      const first = items.findIndex((item) => !isOver(item));
      this.#size -= items.splice(0, first === -1 ? items.length : first).length;
      if (items.length === 0) this.#byKey.delete(key);
    }
  }

  /** Removes the items of a kind, wherever they stand. */
  remove(isOfKind: (item: T) => boolean): void {
    for (const [key, items] of this.#byKey) {
      const kept = items.filter((item) => !isOfKind(item));
      this.#size -= items.length - kept.length;
      if (kept.length === 0) this.#byKey.delete(key);
      else this.#byKey.set(key, kept);
    }
  }

  /** How many more get in where so many are reserved, and the keys of which none of them may be. */
  room(reserved: number): { places: number; except: string[] } {
    const { total, perKey, assuredPerKey } = this.bounds;
    const taken = this.#size + reserved;
    return taken < total
      ? { places: total - taken, except: this.#keysWith(perKey) }
      : { places: Math.max(0, 2 * total - taken), except: this.#keysWith(assuredPerKey) };
  }

  #keysWith(count: number): string[] {
    return [...this.#byKey].flatMap(([key, { length }]) => (length < count ? [] : [key]));
  }
}
