import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type DeliveryFilter,
  listDeliveries,
  maxLookedPerPage,
} from '../../src/store/listDeliveries.js';
import { newUuid } from '../../src/store/newUuid.js';
import { makeDay } from './retentionScene.js';
import { insertDelivery, insertEndpoint, openStore, type StoreScene } from './storeScene.js';

let store: StoreScene;
let endpointId: string;
/** Oldest first: 60, 5 and 0 days old. */
const ages: string[] = [];
const dayMs = 86_400_000;

beforeAll(async () => {
  store = await openStore();
  endpointId = await insertEndpoint(store.pool);
  await makeDay(store.pool, 60);
  for (const daysAgo of [60, 5, 0]) {
    const eventId = newUuid(Date.now() - daysAgo * dayMs - 1_000);
    ages.push((await insertDelivery(store.pool, endpointId, { state: 'failed', eventId })).id);
  }
  // Newer than the three, and many.
  await store.pool.query(
    `INSERT INTO deliveries (id, event_id, environment, tenant, endpoint_id, event_type, format, state, schedule, created_at)
     SELECT (left(lowest_uuid_at(now())::text, 23) || '-' || lpad(to_hex(n), 12, '0'))::uuid, gen_random_uuid(), 'test', 'acme',
       $1, 'a.b', 'standard', 'delivered', '{}', now() FROM generate_series(1, $2::int) n`,
    [endpointId, maxLookedPerPage],
  );
});
afterAll(() => store.stop());

const any: DeliveryFilter = {
  ...{ environment: 'test', tenant: 'acme', endpointId: null, eventId: null, eventType: null },
  ...{ state: null, fromMs: null, untilMs: null },
};

async function listed(
  wanted: Partial<DeliveryFilter>,
  page = { limit: 50, after: null as string | null },
): Promise<{ ids: string[]; lookedUntil: string | null }> {
  const { rows, lookedUntil } = await listDeliveries(store.pool, { ...any, ...wanted }, page);
  return { ids: rows.map(({ id }) => id), lookedUntil };
}

describe('a page of deliveries', () => {
  it('that an index answers is whole, however old what is on it', async () => {
    const newestFirst = ages.toReversed();
    for (const tenant of ['acme', null]) {
      const found = await listed({ tenant, state: 'failed' });
      expect(found).toEqual({ ids: newestFirst, lookedUntil: null });
    }
    const second = await listed({ state: 'failed' }, { limit: 1, after: newestFirst[0] ?? '' });
    expect(second.ids).toEqual(newestFirst.slice(1));
    const before = { state: 'failed', untilMs: Date.now() - 10 * dayMs } as const;
    expect((await listed(before)).ids).toEqual(newestFirst.slice(2));
  });

  it('has a bound on what is looked at for it, and says where it stopped', async () => {
    const first = await listed({ endpointId, state: 'failed' });
    expect(first.ids).toEqual([]);
    expect(first.lookedUntil).not.toBeNull();
    const next = await listed(
      { endpointId, state: 'failed' },
      { limit: 50, after: first.lookedUntil },
    );
    expect(next).toEqual({ ids: ages.toReversed(), lookedUntil: null });
  });

  it('goes on after its last row where it is full', async () => {
    const { ids, lookedUntil } = await listed({ eventType: 'a.b' }, { limit: 2, after: null });
    expect(ids).toHaveLength(3);
    expect(lookedUntil).toBeNull();
  });
});
