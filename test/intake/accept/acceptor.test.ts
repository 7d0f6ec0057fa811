import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAddressGuard } from '../../../src/delivery/address/addressGuard.js';
import { Acceptor } from '../../../src/intake/accept/acceptor.js';
import { createSealer, parseEncryptionKeys } from '../../../src/store/sealer.js';
import { acceptLines } from '../../../src/intake/accept/acceptLines.js';
import { insertEndpoint, openStore, type StoreScene } from '../../store/storeScene.js';

let store: StoreScene;

beforeAll(async () => {
  store = await openStore();
});
afterAll(async () => {
  await store.stop();
});

const mebibyte = 1_048_576;

function createAcceptor(): Acceptor {
  return new Acceptor({
    pool: store.pool,
    dispatchQueue: null,
    guard: createAddressGuard({ allowNetworks: [], allowHttp: false }),
    sealer: createSealer(parseEncryptionKeys(`k1:${randomBytes(32).toString('base64')}`)),
    cloudEventsSource: '/test',
    maxHoldDays: 90,
  });
}

/** Submits events of this size at once, and gives the number of transactions in which they were accepted. */
async function transactionsFor(tenant: string, count: number, bytes: number): Promise<number> {
  const acceptor = createAcceptor();
  const rawBody = Buffer.from(JSON.stringify({ type: 'a.b', data: 'x'.repeat(bytes) }));
  const request = { environment: 'test', tenant, rawBody, idempotencyKey: null } as const;
  const results = await Promise.allSettled(
    Array.from({ length: count }, () => acceptor.accept(request)),
  );
  expect(results.filter(({ status }) => status === 'rejected')).toEqual([]);
  const { rows } = await store.pool.query<{ transactions: number; events: number }>(
    'SELECT count(DISTINCT xmin::text)::int AS transactions, count(*)::int AS events FROM events WHERE tenant = $1',
    [tenant],
  );
  expect(rows[0]?.events).toBe(count);
  return rows[0]?.transactions ?? 0;
}

/** The ordering numbers of a tenant's events of a type, in the order of their data. */
async function numbersOf(tenant: string, type: string): Promise<number[]> {
  const { rows } = await store.pool.query<{ number: number }>(
    `SELECT d.ordering_number::int AS number FROM deliveries d JOIN event_data e ON e.event_id = d.event_id
     WHERE d.tenant = $1 AND d.event_type = $2 ORDER BY e.data::int`,
    [tenant, type],
  );
  return rows.map(({ number }) => number);
}

describe('Acceptor', () => {
  it('numbers lines of one submission in their order, also where they come to several groups', async () => {
    const endpointId = await insertEndpoint(store.pool, 'lines');
    await store.pool.query(
      'UPDATE endpoints SET ordered = true, ordered_since = now() WHERE id = $1',
      [endpointId],
    );
    const acceptor = createAcceptor();
    const request = { environment: 'test', tenant: 'lines', idempotencyKey: null } as const;
    const body = (event: object): Buffer => Buffer.from(JSON.stringify(event));
    const lines = Array.from({ length: 100 }, (_, data) => body({ type: 'line', data }));
    const others = Array.from({ length: 150 }, () =>
      acceptor.accept({ ...request, rawBody: body({ type: 'other', data: 0 }) }),
    );
    await acceptLines(acceptor, { ...request, lines, maxLineBytes: mebibyte });
    await Promise.all(others);
    const numbers = await numbersOf('lines', 'line');
    expect(numbers).toHaveLength(100);
    expect(numbers).toEqual(numbers.toSorted((one, other) => one - other));
  });

  it('commits what came together in one transaction, but never more than 16 MiB, or one event', async () => {
    expect(await transactionsFor('small', 100, 100)).toBe(1);
    expect(await transactionsFor('large', 5, 6 * mebibyte)).toBe(3);
    expect(await transactionsFor('huge', 2, 17 * mebibyte)).toBe(2);
  });

  it('refuses more than 128 MiB at once as unavailable, and takes events again after', async () => {
    const acceptor = createAcceptor();
    const rawBody = Buffer.from(JSON.stringify({ type: 'a.b', data: 'x'.repeat(mebibyte) }));
    const request = { environment: 'test', tenant: 'many', rawBody, idempotencyKey: null } as const;
    const results = await Promise.allSettled(
      Array.from({ length: 130 }, () => acceptor.accept(request)),
    );
    const refused = results.filter(({ status }) => status === 'rejected');
    expect(refused).not.toEqual([]);
    for (const { reason } of refused as PromiseRejectedResult[]) {
      expect(reason).toMatchObject({ code: 'unavailable' });
    }
    expect((await acceptor.accept(request)).status).toBe(202);
  });
});
