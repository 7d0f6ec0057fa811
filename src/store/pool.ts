import pg from 'pg';

export type Pool = pg.Pool;
/** A pool, or one connection of it inside a transaction. */
export type Queryable = Pick<pg.Pool | pg.PoolClient, 'query'>;

/** How long a request may wait for a free connection before it fails as our own error. */
const connectionTimeoutMs = 10_000;

/**
 * An idle connection is kept that long. A new one has to learn of each partition and its indexes before it plans its first
 * query of a list.
 */
const idleMs = 600_000;

/** A process that was frozen or cut off in a transaction holds its locks no longer than that. */
const idleInTransactionMs = 60_000;

/**
 * A pool whose connections may break, idle or in use (Postgres restarted), without ending the process. With
 * `plansOnce`, Postgres plans each named statement once per connection, whatever its parameters: for statements of one
 * shape. It would otherwise plan them at every execution, since it reckons that pruning partitions by the parameters
 * pays for that (measured, Postgres's CPU per event: 3.0 ms, with this 2.1).
 */
export function createPool(
  databaseUrl: string,
  size: number,
  onBroken: (error: Error) => void,
  { plansOnce = false }: { plansOnce?: boolean } = {},
): Pool {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: size,
    connectionTimeoutMillis: connectionTimeoutMs,
    idleTimeoutMillis: idleMs,
    application_name: 'everhook',
    // Of a server that vanished without a word, nobody would ever hear: a query would wait for ever.
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    idle_in_transaction_session_timeout: idleInTransactionMs,
    ...(plansOnce && { options: '-c plan_cache_mode=force_generic_plan' }),
  });
  // The pool itself listens only while a connection is idle; one in use would end the process, though its query
  // fails as well. So each is listened to for its whole life, and what the pool says of idle ones is said already.
  pool.on('connect', (client) => client.on('error', onBroken));
  pool.on('error', () => undefined);
  return pool;
}

/** Runs `work` in one transaction (read committed): committed when it returns, rolled back when it throws. */
export async function inTransaction<T>(
  pool: Pool,
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    // A connection that can't even roll back is thrown away, with its transaction.
    await client.query('ROLLBACK').catch((rollbackError: Error) => {
      broken = rollbackError;
    });
    throw error;
  } finally {
    client.release(broken);
  }
}
