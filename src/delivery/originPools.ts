import { Pool } from 'undici';

export interface OriginPools {
  /** Lends the origin's connections to one exchange, until its promise has settled. Throws once closed. */
  use<T>(origin: string, exchange: (pool: Pool) => Promise<T>): Promise<T>;
  /** Ends all connections at once; what is in flight fails. */
  close(): Promise<void>;
}

interface OriginPool {
  pool: Pool;
  inFlight: number;
  lastUsedMs: number;
}

/**
 * One pool of connections for each origin in use. Not undici's `Agent`: its count of connections goes wrong for good
 * once connections of a pool that it has replaced end, and then no connection to that origin is ever used twice
 * (measured with 7.30 after a connection reached its greatest number of requests). An origin that nobody has sent to
 * for `forgetAfterMs` to one and a half times that is forgotten, and what connections it still has are ended.
 */
export function createOriginPools(options: Pool.Options, forgetAfterMs: number): OriginPools {
  const pools = new Map<string, OriginPool>();
  let closed = false;

  const poolOf = (origin: string): OriginPool => {
    const known = pools.get(origin);
    if (known !== undefined) return known;
    const made = { pool: new Pool(origin, options), inFlight: 0, lastUsedMs: 0 };
    pools.set(origin, made);
    return made;
  };
  const forgetIdle = (): void => {
    const before = performance.now() - forgetAfterMs;
    for (const [origin, { pool, inFlight, lastUsedMs }] of pools) {
      if (inFlight > 0 || lastUsedMs > before) continue;
      pools.delete(origin);
      void pool.destroy();
    }
  };
  const sweep = setInterval(forgetIdle, forgetAfterMs / 2).unref();

  return {
    async use(origin, exchange) {
      if (closed) throw new Error('The sender is closed.');
      const entry = poolOf(origin);
      entry.inFlight += 1;
      try {
        return await exchange(entry.pool);
      } finally {
        entry.inFlight -= 1;
        entry.lastUsedMs = performance.now();
      }
    },
    async close() {
      closed = true;
      clearInterval(sweep);
      await Promise.all([...pools.values()].map(({ pool }) => pool.destroy()));
      pools.clear();
    },
  };
}
