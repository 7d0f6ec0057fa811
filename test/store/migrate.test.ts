import { v7 as newUuid } from 'uuid';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { migrate } from '../../src/store/migrate.js';
import { inTransaction } from '../../src/store/pool.js';
import { dayTables } from '../../src/store/dayTables.js';
import { hasRowsOutsideDays, makePartitionsAhead } from '../../src/store/partitions.js';
import { insertDelivery, insertEndpoint, openStore, type StoreScene } from './storeScene.js';

let store: StoreScene;

beforeEach(async () => {
  store = await openStore();
});
afterEach(async () => {
  await store.stop();
});

async function partitionsOf(parent: string): Promise<string[]> {
  const { rows } = await store.pool.query<{ name: string }>(
    'SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = $1::regclass ORDER BY 1',
    [parent],
  );
  return rows.map(({ name }) => name);
}

const today = () => new Date().toISOString().slice(0, 10).replaceAll('-', '');

describe('migrate', () => {
  it('makes the same of an empty database, by one process or by several at once', async () => {
    await store.pool.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
    await Promise.all(Array.from({ length: 4 }, () => migrate(store.databaseUrl)));
    const { rows } = await store.pool.query('SELECT name FROM schema_migrations');
    expect(rows.length).toBeGreaterThan(0);
    expect(new Set(rows.map((row: { name: string }) => row.name)).size).toBe(rows.length);
    await migrate(store.databaseUrl);
    const again = await store.pool.query('SELECT name FROM schema_migrations');
    expect(again.rows).toEqual(rows);
  });

  it('refuses a newer database and leaves it as it is', async () => {
    await store.pool.query(
      `INSERT INTO schema_migrations (name, run_on) VALUES ('9999_future', now())`,
    );
    await store.pool.query('DROP TABLE api_keys');
    await expect(migrate(store.databaseUrl)).rejects.toThrow(
      /newer version of Everhook.*9999_future/,
    );
    const { rows } = await store.pool.query(`SELECT to_regclass('api_keys') AS found`);
    expect(rows).toEqual([{ found: null }]);
  });
});

describe('partitions', () => {
  it('are made for yesterday, today and three days ahead, once', async () => {
    const before = await partitionsOf('deliveries');
    expect(before).toHaveLength(6);
    await makePartitionsAhead(store.pool);
    expect(await partitionsOf('deliveries')).toEqual(before);
    for (const { table } of dayTables) {
      expect(await partitionsOf(table)).toHaveLength(before.length);
    }
    await store.pool.query(`SELECT make_day_partitions('2031-05-06')`);
    expect(await partitionsOf('deliveries')).toContain('deliveries_20310506');
  });

  it('keep an endpoint from getting the same event twice', async () => {
    const endpointId = await insertEndpoint(store.pool);
    const { eventId } = await insertDelivery(store.pool, endpointId);
    await expect(insertDelivery(store.pool, endpointId, { eventId })).rejects.toThrow(/unique/);
  });

  it('are made for a day that has rows already, and take them in', async () => {
    const endpointId = await insertEndpoint(store.pool);
    const ofToday = dayTables.map(({ table }) => `${table}_${today()}`).join(', ');
    await store.pool.query(`DROP TABLE ${ofToday}`);
    const { id } = await insertDelivery(store.pool, endpointId);
    expect(await hasRowsOutsideDays(store.pool)).toBe(true);
    await migrate(store.databaseUrl);
    expect(await hasRowsOutsideDays(store.pool)).toBe(false);
    const { rows } = await store.pool.query(
      'SELECT tableoid::regclass::text AS partition FROM deliveries WHERE id = $1',
      [id],
    );
    expect(rows).toEqual([{ partition: `deliveries_${today()}` }]);
    expect(await partitionsOf('deliveries')).toHaveLength(6);
  });

  it('give up rather than hold up everybody behind a long reader', async () => {
    await inTransaction(store.pool, async (reader) => {
      await reader.query('SELECT FROM deliveries LIMIT 1');
      const making = store.pool.query(`SELECT make_day_partitions('2031-05-06')`);
      await expect(making).rejects.toThrow(/lock timeout/);
    });
  });

  it('raise the alarm when a row falls outside them', async () => {
    await insertDelivery(store.pool, await insertEndpoint(store.pool));
    expect(await hasRowsOutsideDays(store.pool)).toBe(false);
    await store.pool.query(
      `INSERT INTO bodies (event_id, format, body, content_type, headers) VALUES ($1, 'raw', '', '', '{}')`,
      [newUuid({ msecs: Date.parse('2040-01-01') })],
    );
    expect(await hasRowsOutsideDays(store.pool)).toBe(true);
  });
});
