import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { deliveryIdOf } from '../../src/domain/ids.js';
import { insertAcceptedEvents } from '../../src/store/acceptEvents.js';
import { restDrain } from '../../src/store/drainSituation.js';
import { createPool, inTransaction, type Pool } from '../../src/store/pool.js';
import { createSealer, parseEncryptionKeys } from '../../src/store/sealer.js';
import { eventually } from '../setup/eventually.js';
import { acceptedEvent } from './acceptedEvent.js';
import { insertEndpoint, openStore, type StoreScene } from './storeScene.js';

const sealer = createSealer(parseEncryptionKeys(`k1:${randomBytes(32).toString('base64')}`));
const options = { newTenants: [], idempotencyHours: 24 };

let store: StoreScene;
let pools: Pool[];
let endpointIds: string[];
beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store.stop());
beforeEach(() => {
  pools = [1, 2, 3].map(() => createPool(store.databaseUrl, 4, () => undefined));
});
afterEach(async () => {
  await Promise.all(pools.map((pool) => pool.end()));
});

/** A group of events, each of a key, as one process accepts it. */
interface Group {
  process: number;
  keys: number[];
  /** `refused`: by a unique violation within the statement; `rolledBack`: after it. */
  ends: 'committed' | 'refused' | 'rolledBack';
  afterMs: number;
}

const group: fc.Arbitrary<Group> = fc.record({
  process: fc.integer({ min: 0, max: 2 }),
  keys: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 6 }),
  ends: fc.constantFrom('committed', 'committed', 'committed', 'refused', 'rolledBack'),
  afterMs: fc.integer({ min: 0, max: 10 }),
});

class RolledBack extends Error {}

/** Accepts a group for two ordered endpoints. */
async function accept({ process, keys, ends, afterMs }: Group): Promise<void> {
  await sleep(afterMs);
  const pool = pools[process];
  if (pool === undefined) throw new Error('There is no such process');
  const events = keys.map((key) =>
    acceptedEvent({ orderingKey: `key ${key}`, endpointIds, isNumbered: true }),
  );
  const [first] = events;
  if (ends === 'refused' && first !== undefined) {
    await expect(insertAcceptedEvents(pool, sealer, [...events, first], options)).rejects.toThrow(
      /duplicate key/,
    );
    return;
  }
  await inTransaction(pool, async (db) => {
    await insertAcceptedEvents(db, sealer, events, options);
    if (ends === 'rolledBack') throw new RolledBack();
  }).catch((error: unknown) => {
    if (!(error instanceof RolledBack)) throw error;
  });
}

/** The numbers of each head that are committed at this moment. */
async function numbersSeen(): Promise<Map<string, number[]>> {
  const { rows } = await store.pool.query<{ head: string; numbers: number[] }>(
    `SELECT endpoint_id || ' ' || ordering_key AS head,
       json_agg(ordering_number ORDER BY ordering_number) AS numbers
     FROM deliveries WHERE endpoint_id = ANY ($1::uuid[]) GROUP BY 1`,
    [endpointIds],
  );
  return new Map(rows.map(({ head, numbers }) => [head, numbers]));
}

function expectNoGaps(seen: Map<string, number[]>): void {
  for (const numbers of seen.values()) expect(numbers).toEqual(numbers.map((_, n) => n + 1));
}

describe('ordering numbers', () => {
  it('have no gaps and follow the order of commits, whoever accepts at once and whatever is rolled back', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(group, { minLength: 4, maxLength: 24 }), async (groups) => {
        endpointIds = [await insertEndpoint(store.pool), await insertEndpoint(store.pool)];
        const ended = new AbortController();
        const watch = async (): Promise<void> => {
          // Whoever sees a number committed sees all that are lower.
          while (!ended.signal.aborted) expectNoGaps(await numbersSeen());
        };
        const watching = watch();
        await Promise.all(groups.map(accept)).finally(() => ended.abort());
        await watching;
        const seen = await numbersSeen();
        expectNoGaps(seen);
        const committed = groups.filter(({ ends }) => ends === 'committed');
        for (const key of new Set(committed.flatMap(({ keys }) => keys))) {
          const count = committed.flatMap(({ keys }) => keys).filter((one) => one === key).length;
          for (const endpointId of endpointIds) {
            expect(seen.get(`${endpointId} key ${key}`)).toHaveLength(count);
          }
        }
      }),
      { numRuns: 25, endOnFailure: true },
    );
  }, 120_000);

  it('of a group are consecutive by head, in its order, and follow those before', async () => {
    const endpointId = await insertEndpoint(store.pool);
    const eventOf = (orderingKey: string | null, isNumbered = true) =>
      acceptedEvent({ orderingKey, endpointIds: [endpointId], isNumbered });
    const numbersOf = async (events: ReturnType<typeof eventOf>[]): Promise<(string | null)[]> => {
      await insertAcceptedEvents(store.pool, sealer, events, options);
      return await Promise.all(
        events.map(async ({ id }) => {
          const { rows } = await store.pool.query<{ ordering_number: string | null }>(
            'SELECT ordering_number FROM deliveries WHERE id = $1',
            [deliveryIdOf(id, endpointId)],
          );
          return rows[0]?.ordering_number ?? null;
        }),
      );
    };
    const group1 = [eventOf('a'), eventOf(null), eventOf('a'), eventOf('a', false), eventOf('b')];
    expect(await numbersOf(group1)).toEqual(['1', '1', '2', null, '1']);
    expect(await numbersOf([eventOf(null), eventOf('a'), eventOf('a')])).toEqual(['2', '3', '4']);
  });
});

describe('accepting for the queue of an endpoint', () => {
  it('has its drain wanted in the same transaction, and only once', async () => {
    const endpointId = await insertEndpoint(store.pool);
    const drains = async (): Promise<number> => {
      const { rowCount } = await store.pool.query(
        `SELECT FROM outbox WHERE kind = 'drainEndpoint' AND subject_id = $1`,
        [endpointId],
      );
      return rowCount ?? 0;
    };
    const event = () => acceptedEvent({ endpointIds: [endpointId], isNumbered: true });
    await inTransaction(store.pool, async (db) => {
      await insertAcceptedEvents(db, sealer, [event()], options);
      throw new RolledBack();
    }).catch((error: unknown) => {
      if (!(error instanceof RolledBack)) throw error;
    });
    expect(await drains()).toBe(0);
    await insertAcceptedEvents(store.pool, sealer, [event(), event()], options);
    await insertAcceptedEvents(store.pool, sealer, [event()], options);
    expect(await drains()).toBe(1);
  });

  it('takes its place beside a drain that lies down before it locks an order, so that neither waits for the other', async () => {
    const endpointId = await insertEndpoint(store.pool);
    const event = () => acceptedEvent({ endpointIds: [endpointId], isNumbered: true });
    await insertAcceptedEvents(store.pool, sealer, [event()], options);
    await inTransaction(store.pool, async (db) => {
      await restDrain(db, endpointId);
      const accepting = insertAcceptedEvents(store.pool, sealer, [event()], options);
      await eventually(async () => {
        const { rowCount } = await store.pool.query(
          `SELECT FROM pg_locks l JOIN pg_database b ON b.oid = l.database
           WHERE b.datname = current_database() AND l.locktype = 'advisory' AND NOT l.granted`,
        );
        expect(rowCount).toBe(1);
      });
      // It waits for the drain, and hasn't the head yet: who wants that one gets it at once.
      await db.query(`SELECT FROM ordering_heads WHERE endpoint_id = $1 FOR UPDATE NOWAIT`, [
        endpointId,
      ]);
      return { accepting };
    }).then(({ accepting }) => accepting);
  });
});
