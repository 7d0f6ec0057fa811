import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  claimIdempotencyKeys,
  deleteExpiredIdempotencyKeys,
  type IdempotencyScope,
} from '../../src/store/idempotencyKeys.js';
import { inTransaction } from '../../src/store/pool.js';
import { openStore, type StoreScene } from './storeScene.js';

let store: StoreScene;

beforeAll(async () => {
  store = await openStore();
});
afterAll(async () => {
  await store.stop();
});

const scope = (key: string, tenant = 'acme'): IdempotencyScope => ({
  environment: 'test',
  tenant,
  route: 'POST /events',
  key,
});

async function remember({ environment, tenant, route, key }: IdempotencyScope, inHours = 24) {
  await store.pool.query(
    `INSERT INTO idempotency_keys (environment, tenant, route, key, fingerprint, status, response, expires_at)
     VALUES ($1, $2, $3, $4, '\\x01', 202, 'first', now() + make_interval(hours => $5))`,
    [environment, tenant, route, key, inHours],
  );
}

const claim = (...scopes: IdempotencyScope[]) =>
  inTransaction(store.pool, (db) => claimIdempotencyKeys(db, scopes));

describe('claims of idempotency keys', () => {
  it('tell the new from the remembered, each at its place', async () => {
    await remember(scope('known'));
    expect(await claim(scope('new'), scope('known'), scope('other'))).toEqual([
      null,
      expect.objectContaining({ status: 202, response: 'first' }),
      null,
    ]);
    expect(await claim(scope('known', 'another tenant'))).toEqual([null]);
  });

  it('are busy while another transaction has them, without waiting, and free after it', async () => {
    await inTransaction(store.pool, async (db) => {
      expect(await claimIdempotencyKeys(db, [scope('held')])).toEqual([null]);
      expect(await claim(scope('held'), scope('free'))).toEqual(['busy', null]);
    });
    expect(await claim(scope('held'))).toEqual([null]);
  });

  it('show what whoever held the key before has committed', async () => {
    await inTransaction(store.pool, async (db) => {
      await claimIdempotencyKeys(db, [scope('committed')]);
      await db.query(
        `INSERT INTO idempotency_keys (environment, tenant, route, key, fingerprint, status, response, expires_at)
         VALUES ('test', 'acme', 'POST /events', 'committed', '\\x02', 202, 'x', now() + interval '1 h')`,
      );
    });
    expect(await claim(scope('committed'))).toMatchObject([{ response: 'x' }]);
  });

  it('forget what has expired, and nothing else', async () => {
    await remember(scope('expired'), -1);
    await remember(scope('alive'));
    expect(await claim(scope('expired'))).toEqual([null]);
    await deleteExpiredIdempotencyKeys(store.pool);
    const { rows } = await store.pool.query<{ key: string }>(
      `SELECT key FROM idempotency_keys WHERE key IN ('expired', 'alive')`,
    );
    expect(rows).toEqual([{ key: 'alive' }]);
  });

  it('forget at once what thousands of events a minute leave', async () => {
    await store.pool.query(
      `INSERT INTO idempotency_keys (environment, tenant, route, key, fingerprint, status, response, expires_at)
       SELECT 'test', 'acme', 'POST /events', 'old ' || n, '\\x01', 202, '', now() - interval '1 h'
       FROM generate_series(1, 20001) AS n`,
    );
    await deleteExpiredIdempotencyKeys(store.pool);
    const { rows } = await store.pool.query(`SELECT FROM idempotency_keys WHERE key LIKE 'old %'`);
    expect(rows).toEqual([]);
  });
});
