import { v7 as newUuid } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  claimOutbox,
  deleteFromOutbox,
  firstTenant,
  type ClaimCursor,
  type OutboxEntry,
} from '../../src/store/outbox.js';
import { inTransaction } from '../../src/store/pool.js';
import { eventually } from '../setup/eventually.js';
import { openStore, type StoreScene } from './storeScene.js';

let store: StoreScene;

beforeAll(async () => {
  store = await openStore();
});
afterAll(async () => {
  await store.stop();
});
beforeEach(async () => {
  await store.pool.query('DELETE FROM outbox');
});

async function insertRows(tenant: string, count: number, inSeconds = 0): Promise<void> {
  for (let place = 0; place < count; place += 1) {
    await store.pool.query(
      `INSERT INTO outbox (id, kind, subject_id, event_id, environment, tenant, event_type, endpoint_ids, available_at)
       VALUES ($1, 'deliverEvent', $2, $2, 'test', $3, 'a.b', '{}', now() + make_interval(secs => $4))`,
      [newUuid(), newUuid(), tenant, inSeconds],
    );
  }
}

const claim = (limit: number, after: ClaimCursor = firstTenant, leaseMs = 60_000) =>
  claimOutbox(store.pool, { after, limit, leaseMs });

function countByTenant(entries: OutboxEntry[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { tenant } of entries) counts[tenant] = (counts[tenant] ?? 0) + 1;
  return counts;
}

describe('claims of the outbox', () => {
  it('take some of each tenant, so that a burst holds up no other', async () => {
    await insertRows('a-burst', 100);
    await insertRows('b-single', 1);
    await insertRows('c-few', 3);
    expect(countByTenant(await claim(256))).toEqual({ 'a-burst': 16, 'b-single': 1, 'c-few': 3 });
    expect(countByTenant(await claim(256))).toEqual({ 'a-burst': 16 });
  });

  it('go on with the tenant after the cursor', async () => {
    for (const tenant of ['a', 'b', 'c']) await insertRows(tenant, 2);
    const after = { environment: 'test', tenant: 'a' };
    expect(countByTenant(await claim(256, after))).toEqual({ b: 2, c: 2 });
    expect(await claim(256, after)).toEqual([]);
    expect(countByTenant(await claim(256))).toEqual({ a: 2 });
  });

  it('pass over the tenants named, and no others', async () => {
    for (const tenant of ['a', 'b', 'c']) await insertRows(tenant, 2);
    const except = ['test/b', 'production/c'];
    const claimed = await claimOutbox(store.pool, {
      after: firstTenant,
      limit: 256,
      leaseMs: 60_000,
      except,
    });
    expect(countByTenant(claimed)).toEqual({ a: 2, c: 2 });
    expect(countByTenant(await claim(256))).toEqual({ b: 2 });
  });

  it('keep to the limit, and leave what is not due', async () => {
    await insertRows('due', 5);
    await insertRows('later', 5, 3_600);
    expect(await claim(3)).toHaveLength(3);
    expect(countByTenant(await claim(256))).toEqual({ due: 2 });
    expect(await claim(256)).toEqual([]);
  });

  it('lease: nobody else gets a row before the lease ends, and somebody does after', async () => {
    await insertRows('acme', 1);
    const [first] = await claim(256, firstTenant, 400);
    expect(await claim(256)).toEqual([]);
    const [again] = await eventually(async () => {
      const claimed = await claim(256);
      expect(claimed).toHaveLength(1);
      return claimed;
    });
    expect(again).toEqual(first);
    await deleteFromOutbox(store.pool, [first?.id ?? '']);
    const { rows } = await store.pool.query('SELECT 1 FROM outbox');
    expect(rows).toEqual([]);
  });

  it('made at once never give the same row twice', async () => {
    for (const tenant of ['a', 'b', 'c', 'd']) await insertRows(tenant, 40);
    const claimed: OutboxEntry[] = [];
    for (let round = 0; round < 8; round += 1) {
      claimed.push(...(await Promise.all(Array.from({ length: 6 }, () => claim(20)))).flat());
    }
    const ids = claimed.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBe(160);
  });

  it('skip what another transaction holds, and do not wait for it', async () => {
    await insertRows('acme', 2);
    await inTransaction(store.pool, async (db) => {
      const held = await claimOutbox(db, { after: firstTenant, limit: 1, leaseMs: 60_000 });
      expect(held).toHaveLength(1);
      const others = await claim(256);
      expect(others).toHaveLength(1);
      expect(others[0]?.id).not.toBe(held[0]?.id);
    });
  });
});
