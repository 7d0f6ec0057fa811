/** Counts what is under way, altogether and by key; a key is forgotten when nothing of it is left. */
export class Tally {
  readonly #byKey = new Map<string, number>();
  #total = 0;

  get total(): number {
    return this.#total;
  }

  of(key: string): number {
    return this.#byKey.get(key) ?? 0;
  }

  add(key: string): void {
    this.#change(key, 1);
  }

  remove(key: string): void {
    this.#change(key, -1);
  }

  #change(key: string, by: 1 | -1): void {
    const count = this.of(key) + by;
    if (count < 0) throw new Error(`Nothing of ${key} is counted.`);
    this.#total += by;
    if (count === 0) this.#byKey.delete(key);
    else this.#byKey.set(key, count);
  }
}
