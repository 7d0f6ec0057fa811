import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomBytes } from 'node:crypto';
import { v7 as newUuid } from 'uuid';
import { makePartitionsAhead } from '../../src/store/partitions.js';
import { insertDelivery, insertEndpoint, openStore, type StoreScene } from '../store/storeScene.js';
import { jsonLines, runCommand } from './commandLine.js';

let store: StoreScene;
beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store.stop());

interface Found {
  subject: string;
  state: string;
  detail: string;
  remedy: string | null;
}

async function found(): Promise<Map<string, Found>> {
  const ended = await runCommand(['doctor', '--json'], {
    environment: {
      DATABASE_URL: store.databaseUrl,
      EVERHOOK_ENCRYPTION_KEYS: `k1:${randomBytes(32).toString('base64')}`,
    },
  });
  return new Map((jsonLines(ended.out) as Found[]).map((one) => [one.subject, one]));
}

describe('doctor, of how it goes', () => {
  it('warns of days that are not made, and says who makes them', async () => {
    const { rows } = await store.pool.query<{ name: string }>(
      `SELECT relname AS name FROM pg_class WHERE relispartition AND relkind = 'r' AND relname ~ '_[0-9]{8}$'
         AND right(relname, 8) >= to_char(now() AT TIME ZONE 'UTC', 'YYYYMMDD')`,
    );
    for (const { name } of rows) await store.pool.query(`DROP TABLE ${name}`);
    expect((await found()).get('partitions')).toMatchObject({
      state: 'warning',
      detail: expect.stringContaining('are missing for today'),
      remedy: expect.stringContaining('dispatcher role'),
    });
    await makePartitionsAhead(store.pool);
    expect((await found()).get('partitions')).toMatchObject({ state: 'ok' });
  });

  it('warns of days that should be gone', async () => {
    expect((await found()).get('retention')).toMatchObject({ state: 'ok' });
    await store.pool.query(`SELECT make_day_partitions((now() - interval '400 days')::date)`);
    expect((await found()).get('retention')).toMatchObject({
      state: 'warning',
      detail: expect.stringMatching(/^events of (399|400|401) days ago are still there/),
    });
  });

  it('warns of endpoints that are closed, and of a queue that nobody looks after', async () => {
    expect((await found()).get('endpoints')).toMatchObject({ state: 'ok' });
    const [down, deserted] = [await insertEndpoint(store.pool), await insertEndpoint(store.pool)];
    await store.pool.query('UPDATE endpoints SET circuit_opened_at = now() WHERE id = $1', [down]);
    expect((await found()).get('endpoints')).toMatchObject({
      state: 'warning',
      detail: '1 down, 0 disabled by their answers, 0 paused',
    });
    await insertDelivery(store.pool, deserted, { state: 'queued' });
    await store.pool.query(
      `INSERT INTO endpoint_queue (endpoint_id, due_at) VALUES ($1, now() - interval '4 min')`,
      [deserted],
    );
    expect((await found()).get('queues')).toMatchObject({ state: 'ok' });
    await store.pool.query(`UPDATE endpoint_queue SET due_at = now() - interval '6 min'`);
    expect((await found()).get('queues')).toMatchObject({
      state: 'warning',
      detail: expect.stringContaining(`ep_${deserted}`),
    });
  });

  it('warns of what nobody starts', async () => {
    expect((await found()).get('outbox')).toMatchObject({ state: 'ok' });
    await store.pool.query(
      `INSERT INTO outbox (id, kind, subject_id, environment, tenant, endpoint_ids, created_at, available_at)
       VALUES ($1::uuid, 'drainEndpoint', $1::uuid, 'test', 'acme', ARRAY[$1::uuid], now() - interval '2 min', now())`,
      [newUuid()],
    );
    expect((await found()).get('outbox')).toMatchObject({
      state: 'warning',
      detail: expect.stringMatching(/^holds workflows to be started \(1\), the oldest for 12\d s$/),
    });
  });
});
