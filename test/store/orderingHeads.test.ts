import { v7 as newUuid } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { forgetOrders } from '../../src/store/orderingHeads.js';
import { recordAttempts, type AttemptRecord } from '../../src/store/recordAttempts.js';
import { insertDelivery, insertEndpoint, openStore, type StoreScene } from './storeScene.js';

let store: StoreScene;
let endpointId: string;
beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store.stop());
beforeEach(async () => {
  endpointId = await insertEndpoint(store.pool);
  await setOrder({ ordered: true, onFailure: 'block' });
});

async function setOrder({ ordered, onFailure }: { ordered: boolean; onFailure: string }) {
  await store.pool.query('UPDATE endpoints SET ordered = $2, on_failure = $3 WHERE id = $1', [
    endpointId,
    ordered,
    onFailure,
  ]);
}

/** A head, and the first delivery of its order. */
async function insertFirst(key: string, { isNumbered = true } = {}): Promise<string> {
  const { id } = await insertDelivery(store.pool, endpointId);
  await store.pool.query(
    'UPDATE deliveries SET ordering_key = $2, ordering_number = $3 WHERE id = $1',
    [id, key, isNumbered ? 1 : null],
  );
  await store.pool.query(
    'INSERT INTO ordering_heads (endpoint_id, ordering_key, next_number) VALUES ($1, $2, 2)',
    [endpointId, key],
  );
  return id;
}

function record(deliveryId: string, changes: Partial<AttemptRecord>): AttemptRecord {
  return {
    ...{ id: newUuid(), deliveryId, round: 1, number: 1, priorState: 'pending', runId: 'run' },
    ...{ startedAt: new Date(), durationMs: 1, responseHeaders: {}, responseBody: '' },
    ...{ responseTruncated: false, reason: null, disablesEndpoint: false, waitMs: null },
    ...{ outcome: 'failure', status: 500, failure: 'status', lastAnswer: '500', state: 'failed' },
    endpointUpdatedAt: '2026-11-20T00:00:00.000001+00:00',
    ...changes,
  };
}

const success: Partial<AttemptRecord> = {
  ...{ outcome: 'success', status: 200, failure: null, lastAnswer: '200', state: 'delivered' },
};

/** What blocks each order of the endpoint, by key. */
async function blockers(): Promise<Record<string, string | null>> {
  const { rows } = await store.pool.query<{ key: string; blockedBy: string | null }>(
    `SELECT ordering_key AS key, blocked_by AS "blockedBy" FROM ordering_heads WHERE endpoint_id = $1`,
    [endpointId],
  );
  return Object.fromEntries(rows.map(({ key, blockedBy }) => [key, blockedBy]));
}

describe('a delivery in an order', () => {
  it('blocks it once it has failed, and no more once it is delivered', async () => {
    const [a, b] = [await insertFirst('a'), await insertFirst('b')];
    const retried = { state: 'retrying', waitMs: 1_000 } as const;
    await recordAttempts(store.pool, [record(a, {}), record(b, retried)]);
    expect(await blockers()).toEqual({ a, b: null });
    await store.pool.query(
      `UPDATE deliveries SET state = 'queued', round = 2, attempt_count = 0, due_at = now() WHERE id = $1`,
      [a],
    );
    await recordAttempts(store.pool, [record(a, { ...success, round: 2, priorState: 'queued' })]);
    expect(await blockers()).toEqual({ a: null, b: null });
  });

  it('does not block it where its endpoint goes on, or has no order any more', async () => {
    await setOrder({ ordered: true, onFailure: 'skip' });
    await recordAttempts(store.pool, [record(await insertFirst('skip'), {})]);
    await setOrder({ ordered: false, onFailure: 'block' });
    await recordAttempts(store.pool, [record(await insertFirst('none'), {})]);
    await setOrder({ ordered: true, onFailure: 'block' });
    await recordAttempts(store.pool, [
      record(await insertFirst('late', { isNumbered: false }), {}),
    ]);
    expect(await blockers()).toEqual({ skip: null, none: null, late: null });
  });

  it('leaves it to another that blocks it', async () => {
    const [a, other] = [await insertFirst('a'), newUuid()];
    await store.pool.query('UPDATE ordering_heads SET blocked_by = $2 WHERE endpoint_id = $1', [
      endpointId,
      other,
    ]);
    await recordAttempts(store.pool, [record(a, success)]);
    expect(await blockers()).toEqual({ a: other });
  });

  it('lets it go on by a late success, which has its drain look', async () => {
    const a = await insertFirst('a');
    await recordAttempts(store.pool, [record(a, {})]);
    await recordAttempts(store.pool, [record(a, success)]);
    expect(await blockers()).toEqual({ a: null });
    const { rows } = await store.pool.query('SELECT kind FROM outbox WHERE subject_id = $1', [
      endpointId,
    ]);
    expect(rows).toEqual([{ kind: 'drainEndpoint' }]);
  });
});

describe('forgetOrders', () => {
  it('forgets those without anything open or blocking in which nothing was numbered for a day', async () => {
    const ended = async (key: string): Promise<string> => {
      const id = await insertFirst(key);
      await store.pool.query(
        `UPDATE deliveries SET state = 'failed', due_at = NULL WHERE id = $1`,
        [id],
      );
      return id;
    };
    await insertFirst('open');
    await ended('idle');
    const blocker = await ended('blocked');
    await store.pool.query(
      `UPDATE ordering_heads SET blocked_by = $1 WHERE ordering_key = 'blocked'`,
      [blocker],
    );
    await store.pool.query(
      `UPDATE ordering_heads SET numbered_at = now() - interval '25 h' WHERE endpoint_id = $1`,
      [endpointId],
    );
    await ended('recent');
    await forgetOrders(store.pool);
    expect(Object.keys(await blockers()).toSorted()).toEqual(['blocked', 'open', 'recent']);
    await store.pool.query('UPDATE endpoints SET deleted_at = now() WHERE id = $1', [endpointId]);
    await forgetOrders(store.pool);
    expect(Object.keys(await blockers()).toSorted()).toEqual(['open', 'recent']);
  });
});
