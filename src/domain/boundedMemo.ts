/** Results kept by their keys, up to `limit`; beyond that the least recently used is forgotten. */
export class BoundedMemo<V extends string | object> {
  readonly #results = new Map<string, V>();

  constructor(private readonly limit: number) {}

  /** What is kept, or what `compute` gives; what it throws is kept by nobody. */
  of(key: string, compute: () => V): V {
    const result = this.#results.get(key) ?? compute();
    // Deleted first, so that it moves to the end: those at the beginning are the longest unused.
    this.#results.delete(key);
    this.#results.set(key, result);
    const [oldest] = this.#results.keys();
    if (this.#results.size > this.limit && oldest !== undefined) this.#results.delete(oldest);
    return result;
  }
}
