import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { beginDrain, readQueueSummary, restDrain } from '../../src/store/drainSituation.js';
import { inTransaction } from '../../src/store/pool.js';
import { wantDrains } from '../../src/store/wakes.js';
import { eventually } from '../setup/eventually.js';
import { insertDelivery, insertEndpoint, openStore, type StoreScene } from './storeScene.js';

let store: StoreScene;
beforeAll(async () => {
  store = await openStore();
});
afterAll(async () => {
  await store.stop();
});

async function wakes(endpointId: string): Promise<number> {
  const { rowCount } = await store.pool.query('DELETE FROM outbox WHERE subject_id = $1', [
    endpointId,
  ]);
  return rowCount ?? 0;
}

async function change(endpointId: string, sql: string): Promise<void> {
  await store.pool.query(`UPDATE endpoints SET ${sql} WHERE id = $1`, [endpointId]);
}

describe('wanting a drain', () => {
  it('tells it once, until it rests', async () => {
    const endpointId = await insertEndpoint(store.pool);
    await Promise.all(Array.from({ length: 8 }, () => wantDrains(store.pool, [endpointId])));
    expect(await wakes(endpointId)).toBe(1);
    await beginDrain(store.pool, endpointId);
    await wantDrains(store.pool, [endpointId]);
    expect(await wakes(endpointId)).toBe(0);
    await restDrain(store.pool, endpointId);
    await wantDrains(store.pool, [endpointId]);
    expect(await wakes(endpointId)).toBe(1);
  });

  it.each(['enabled = false', 'paused_at = now()', 'deleted_at = now()'])(
    'is nothing while the endpoint is closed: %s',
    async (closed) => {
      const endpointId = await insertEndpoint(store.pool);
      await change(endpointId, closed);
      await wantDrains(store.pool, [endpointId]);
      expect(await wakes(endpointId)).toBe(0);
    },
  );

  it('leaves one alone that rests until a probe, and no other', async () => {
    const endpointId = await insertEndpoint(store.pool);
    await beginDrain(store.pool, endpointId);
    await restDrain(store.pool, endpointId);
    await change(
      endpointId,
      `circuit_opened_at = now(), next_probe_at = now() + interval '1 minute'`,
    );
    await wantDrains(store.pool, [endpointId]);
    expect(await wakes(endpointId)).toBe(0);
    // It rests for longer than that: for a retry, or since its orders are blocked.
    await change(endpointId, `next_probe_at = now() + interval '5 s'`);
    await wantDrains(store.pool, [endpointId]);
    expect(await wakes(endpointId)).toBe(1);
  });

  it('holds up a drain that lies down until it is committed, so that it sees what was queued', async () => {
    const endpointId = await insertEndpoint(store.pool);
    await beginDrain(store.pool, endpointId);
    let resting: Promise<void> = Promise.resolve();
    let hasLainDown = false;
    await inTransaction(store.pool, async (db) => {
      await wantDrains(db, [endpointId]);
      resting = restDrain(store.pool, endpointId).then(() => {
        hasLainDown = true;
      });
      await eventually(async () => {
        const { rowCount } = await store.pool.query(
          `SELECT FROM pg_locks l JOIN pg_database b ON b.oid = l.database
           WHERE b.datname = current_database() AND l.locktype = 'advisory' AND NOT l.granted`,
        );
        expect(rowCount).toBe(1);
      });
      expect(hasLainDown).toBe(false);
      await insertDelivery(db, endpointId, { state: 'queued' });
    });
    await resting;
    expect(await readQueueSummary(store.pool, endpointId, 10)).toMatchObject({ queued: 1 });
  });

  it('never leaves anything behind that nobody looks for, whoever queues and drains at once', async () => {
    const endpointId = await insertEndpoint(store.pool);
    let left = 40;
    const sending = { isOver: false };
    const send = async (): Promise<void> => {
      while (left > 0) {
        left -= 1;
        await inTransaction(store.pool, async (db) => {
          await wantDrains(db, [endpointId]);
          await insertDelivery(db, endpointId, { state: 'queued' });
        });
      }
    };
    const takeAll = async (): Promise<number> => {
      const { rowCount } = await store.pool.query(
        `UPDATE deliveries SET state = 'delivered', due_at = NULL WHERE endpoint_id = $1 AND state = 'queued'`,
        [endpointId],
      );
      return rowCount ?? 0;
    };
    let drained = 0;
    const drain = async (): Promise<void> => {
      while (!sending.isOver || (await wakes(endpointId)) > 0) {
        if ((await wakes(endpointId)) === 0 && !sending.isOver) continue;
        await beginDrain(store.pool, endpointId);
        drained += await takeAll();
        await restDrain(store.pool, endpointId);
        drained += await takeAll();
      }
    };
    const draining = drain();
    await Promise.all(Array.from({ length: 4 }, send));
    sending.isOver = true;
    await draining;
    expect(drained).toBe(40);
  });
});
