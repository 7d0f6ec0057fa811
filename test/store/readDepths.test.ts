import { v7 as newUuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStates } from '../../src/domain/words.js';
import { makePartitionsAhead } from '../../src/store/partitions.js';
import { readDepths } from '../../src/store/readDepths.js';
import type { Pool } from '../../src/store/pool.js';
import { insertDelivery, insertEndpoint, openStore, type StoreScene } from './storeScene.js';

let store: StoreScene;

beforeAll(async () => {
  store = await openStore();
});
afterAll(async () => {
  await store.stop();
});

const none = { pending: 0, retrying: 0, queued: 0 };

describe('what waits', () => {
  it('is nothing at first', async () => {
    await makePartitionsAhead(store.pool);
    const { upkeep, ...depths } = await readDepths(store.pool, 100);
    expect(depths).toEqual({
      ...{ outboxRows: 0, outboxOldestSeconds: 0, openDeliveries: none },
      ...{ queuedOldestSeconds: 0, rowsOutsideDays: false },
    });
    const { firstDaySeconds, daysEndSeconds, ...rest } = upkeep;
    expect(rest).toEqual({
      closedEndpoints: { down: 0, disabled: 0, paused: 0 },
      drains: { looking: 0, resting: 0 },
      imports: { open: 0, sending: 0, paused: 0 },
      ...{ recoveriesRunning: 0, operationalOldestSeconds: 0 },
    });
    // From yesterday to three days ahead.
    const today = Math.floor(Date.now() / 86_400_000) * 86_400;
    expect([firstDaySeconds, daysEndSeconds]).toEqual([today - 86_400, today + 4 * 86_400]);
  });

  it('is what is open and what is in the outbox, up to the bound', async () => {
    const endpointId = await insertEndpoint(store.pool);
    for (const state of [...openStates, 'pending', 'delivered', 'failed', 'cancelled'] as const) {
      await insertDelivery(store.pool, endpointId, { state });
    }
    for (const ageSeconds of [5, 90, 1]) {
      await store.pool.query(
        `INSERT INTO outbox (id, kind, subject_id, event_id, environment, tenant, event_type, endpoint_ids, available_at, created_at)
         VALUES ($1, 'deliverEvent', $1, $1, 'test', 'acme', 'a.b', '{}', now() + interval '5 s', now() - make_interval(secs => $2))`,
        [newUuid(), ageSeconds],
      );
    }
    const depths = await readDepths(store.pool, 100);
    expect(depths.openDeliveries).toEqual({ pending: 2, retrying: 1, queued: 1 });
    expect(depths.outboxRows).toBe(3);
    expect(depths.outboxOldestSeconds).toBeGreaterThanOrEqual(90);
    expect(depths.outboxOldestSeconds).toBeLessThan(120);

    const bounded = await readDepths(store.pool, 2);
    expect(bounded.outboxRows).toBe(2);
    expect(Object.values(bounded.openDeliveries).reduce((sum, count) => sum + count)).toBe(2);
  });

  it('is what endpoints that are closed, drains, imports and recoveries come to', async () => {
    const { pool } = store;
    const changes = [
      `circuit_opened_at = now()`,
      `circuit_opened_at = now(), paused_at = now()`,
      `enabled = false, disabled_reason = 'failing', circuit_opened_at = now()`,
      `enabled = false, disabled_reason = 'gone'`,
      `enabled = false, disabled_reason = 'owner', circuit_opened_at = now()`,
      `paused_at = now(), deleted_at = now()`,
    ];
    const endpointIds: string[] = [];
    for (const change of changes) {
      const id = await insertEndpoint(pool);
      endpointIds.push(id);
      await pool.query(`UPDATE endpoints SET ${change} WHERE id = $1`, [id]);
    }
    await pool.query(
      `INSERT INTO endpoint_queue (endpoint_id, wanted, due_at) SELECT id, ordinality = 1,
         CASE WHEN ordinality < 4 THEN now() END FROM unnest($1::uuid[]) WITH ORDINALITY AS e(id, ordinality)`,
      [endpointIds],
    );
    await pool.query(
      `INSERT INTO recoveries (id, environment, tenant, states, rate_per_second, state)
       SELECT gen_random_uuid(), 'test', 'acme', '{failed}', 1, state FROM unnest(ARRAY['running', 'completed']) state`,
    );
    await pool.query(
      `INSERT INTO operational_events (environment, type, data, created_at)
       VALUES ('test', 'a', '{}', now() - interval '1 minute'), ('test', 'b', '{}', now())`,
    );
    await makeImports(pool, endpointIds[3] ?? '');
    const { upkeep } = await readDepths(pool, 100);
    expect(upkeep).toMatchObject({
      closedEndpoints: { down: 1, disabled: 2, paused: 1 },
      drains: { looking: 1, resting: 2 },
      imports: { open: 1, sending: 1, paused: 1 },
      recoveriesRunning: 1,
    });
    expect(Math.round(upkeep.operationalOldestSeconds / 60)).toBe(1);
  });

  it('is as old as the oldest event whose delivery is queued', async () => {
    const acceptedMs = Date.now() - 7_200_000;
    const eventId = newUuid({ msecs: acceptedMs });
    await insertDelivery(store.pool, await insertEndpoint(store.pool), {
      state: 'queued',
      eventId,
    });
    const { queuedOldestSeconds } = await readDepths(store.pool, 100);
    expect(Math.round(queuedOldestSeconds / 60)).toBe(120);
  });

  it('tells of rows outside the days', async () => {
    const { pool } = store;
    const eventId = newUuid({ msecs: Date.now() + 30 * 86_400_000 });
    await insertDelivery(pool, await insertEndpoint(pool), { state: 'delivered', eventId });
    expect((await readDepths(pool, 100)).rowsOutsideDays).toBe(true);
  });
});

/** One that is open, two whose rows are being sent to two endpoints each, of which one is paused, and a finished one. */
async function makeImports(pool: Pool, endpointId: string): Promise<void> {
  for (const [name, states, paused] of [
    ['open', [], false],
    ['sent', ['delivered'], false],
    ['sending', ['pending', 'retrying', 'delivered'], false],
    ['paused', ['queued'], true],
  ] as const) {
    const importId = newUuid();
    await pool.query(
      `INSERT INTO imports (id, environment, tenant, name, attributes, metadata, event_types, keep_rows, state)
       VALUES ($1, 'test', 'acme', $2, '{}', '{}', '{}', true, $3)`,
      [importId, name, name === 'open' ? 'open' : 'complete'],
    );
    for (const state of states) {
      const { id } = await insertDelivery(pool, endpointId, { state });
      await pool.query('UPDATE deliveries SET import_id = $2 WHERE id = $1', [id, importId]);
      await pool.query(
        `INSERT INTO batch_runs (delivery_id, import_id, choice, total_rows, batch_size, paused_at)
         VALUES ($1, $2, 'all', 1, 1, CASE WHEN $3 THEN now() END)`,
        [id, importId, paused],
      );
    }
  }
}
