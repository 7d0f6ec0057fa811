import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DeliveryState } from '../../src/domain/words.js';
import { expireRowsOfImports } from '../../src/intake/housekeeping/expireRowsOfImports.js';
import { Housekeeping } from '../../src/intake/housekeeping/housekeeping.js';
import { appendChunks } from '../../src/store/appendChunks.js';
import { expireRows } from '../../src/store/expireRows.js';
import type { NewChunk } from '../../src/store/importChunks.js';
import { createImport, type ImportRecord } from '../../src/store/imports.js';
import { createSealer, parseEncryptionKeys } from '../../src/store/sealer.js';
import { createLog } from '../../src/telemetry/log.js';
import { createMetrics } from '../../src/telemetry/metrics/createMetrics.js';
import { eventually } from '../setup/eventually.js';
import { insertDelivery, insertEndpoint, openStore, type StoreScene } from './storeScene.js';

const sealer = createSealer(parseEncryptionKeys(`k1:${randomBytes(32).toString('base64')}`));
const chunk: NewChunk = { rowCount: 1, data: '{}', byteCount: 2, ids: null, invalidPlaces: null };
const retentionHours = 720;
/** More than two slices of them. */
const chunkCount = 250;
const goesOn = new AbortController().signal;

let store: StoreScene;
beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store.stop());

/** An import with rows. */
async function importWithRows({ keepRows = true, chunks = 3 } = {}): Promise<ImportRecord> {
  const definition = {
    ...{ name: null, attributes: {}, metadata: {}, eventTypes: [], data: null, endpoint: null },
    ...{ batchSize: null, keepRows },
  };
  const tenant = { environment: 'test', tenant: 'acme' } as const;
  const made = await createImport(store.pool, sealer, tenant, definition);
  if (made === null) throw new Error('There is one of that name');
  const all = Array.from({ length: chunks }, () => chunk);
  await appendChunks(store.pool, made.id, { rows: 0, validRows: 0 }, all);
  return made;
}

async function addDelivery(importId: string, state: DeliveryState): Promise<string> {
  const { id } = await insertDelivery(store.pool, await insertEndpoint(store.pool), { state });
  await store.pool.query(
    `INSERT INTO batch_runs (delivery_id, import_id, choice, total_rows, batch_size)
     VALUES ($1, $2, 'all', 3, 1)`,
    [id, importId],
  );
  return id;
}

const complete = (id: string) =>
  store.pool.query(`UPDATE imports SET state = 'complete' WHERE id = $1`, [id]);

/** Chunks that are left, and whether it is said that they are gone. */
async function lookAt(id: string): Promise<{ chunks: number; expired: boolean; deleted: boolean }> {
  const { rows } = await store.pool.query<{ chunks: number; expired: boolean; deleted: boolean }>(
    `SELECT (SELECT count(*)::integer FROM import_chunks WHERE import_id = i.id) AS chunks,
       rows_expired_at IS NOT NULL AS expired, rows_deleted AS deleted FROM imports i WHERE id = $1`,
    [id],
  );
  if (rows[0] === undefined) throw new Error('There is no such import');
  return rows[0];
}

const gone = { chunks: 0, expired: true, deleted: true };
const kept = (chunks: number) => ({ chunks, expired: false, deleted: false });

describe('rows that expire', () => {
  it('are all gone, and only those; what was to bring them has failed', async () => {
    const { id } = await importWithRows({ chunks: chunkCount });
    const { id: other } = await importWithRows();
    const states = ['pending', 'retrying', 'queued', 'delivered', 'cancelled'] as const;
    const deliveries = await Promise.all(states.map((state) => addDelivery(id, state)));
    const untouched = await addDelivery(other, 'retrying');
    expect(await expireRows(store.pool, id)).toBe(3);
    expect(await lookAt(id)).toEqual(gone);
    expect(await lookAt(other)).toEqual(kept(3));
    const { rows } = await store.pool.query<{ id: string; state: string; reason: string | null }>(
      'SELECT id, state, reason FROM deliveries WHERE id = ANY ($1)',
      [[...deliveries, untouched]],
    );
    const failed = { state: 'failed', reason: 'the rows of its import have expired' };
    expect(new Map(rows.map((row) => [row.id, row]))).toEqual(
      new Map(
        [
          ...deliveries.map((delivery, place) => ({
            id: delivery,
            ...(place < 3 ? failed : { state: states[place], reason: null }),
          })),
          { id: untouched, state: 'retrying', reason: null },
        ].map((row) => [row.id, row]),
      ),
    );
  });

  it('take no further ones', async () => {
    const { id } = await importWithRows();
    await expireRows(store.pool, id);
    const before = { rows: 3, validRows: 3 };
    expect(await appendChunks(store.pool, id, before, [chunk])).toBe(false);
    await expireRows(store.pool, id);
    expect(await lookAt(id)).toEqual(gone);
  });

  it('are deleted to the end later, where that was interrupted', async () => {
    const { id } = await importWithRows({ chunks: chunkCount });
    const stopped = new AbortController();
    stopped.abort();
    await expireRows(store.pool, id, stopped.signal);
    expect(await lookAt(id)).toEqual({ chunks: chunkCount, expired: true, deleted: false });
    await expireRowsOfImports(store.pool, retentionHours, goesOn);
    expect(await lookAt(id)).toEqual(gone);
  });

  it('are those that are too old, whatever their import has come to', async () => {
    const [open, done, young] = await Promise.all([
      importWithRows(),
      importWithRows(),
      importWithRows(),
    ]);
    await complete(done.id);
    for (const { id } of [open, done, young]) await addDelivery(id, 'queued');
    await store.pool.query(
      `UPDATE imports SET created_at = now() - CASE WHEN id = $3 THEN interval '719 hours' ELSE interval '721 hours' END
       WHERE id IN ($1, $2, $3)`,
      [open.id, done.id, young.id],
    );
    expect(await expireRowsOfImports(store.pool, retentionHours, goesOn)).toBe(2);
    expect(await lookAt(open.id)).toEqual(gone);
    expect(await lookAt(done.id)).toEqual(gone);
    expect(await lookAt(young.id)).toEqual(kept(3));
  });

  it('are those that are not to be kept, once nobody needs them any more', async () => {
    const done = await importWithRows({ keepRows: false });
    const partly = await importWithRows({ keepRows: false });
    const none = await importWithRows({ keepRows: false });
    const half = await importWithRows({ keepRows: false });
    const without = await importWithRows({ keepRows: false });
    const open = await importWithRows({ keepRows: false });
    const keeping = await importWithRows({ keepRows: true });
    for (const { id } of [done, partly, none, half, without, keeping]) await complete(id);
    for (const { id } of [done, half, open, keeping]) {
      await addDelivery(id, 'delivered');
      await addDelivery(id, id === half.id ? 'failed' : 'delivered');
    }
    for (const state of ['cancelled', 'delivered'] as const) await addDelivery(partly.id, state);
    await addDelivery(none.id, 'cancelled');
    await expireRowsOfImports(store.pool, retentionHours, goesOn);
    for (const { id } of [done, partly]) expect(await lookAt(id)).toEqual(gone);
    for (const { id } of [none, half, without, open, keeping]) {
      expect(await lookAt(id)).toEqual(kept(3));
    }
  });

  it('are found by the housekeeping', async () => {
    const { id } = await importWithRows();
    await store.pool.query(
      `UPDATE imports SET created_at = now() - interval '3 hours' WHERE id = $1`,
      [id],
    );
    const housekeeping = new Housekeeping({
      pool: store.pool,
      log: createLog('silent'),
      metrics: createMetrics(['dispatcher']).metrics,
      sweep: async () => undefined,
      rotateSecrets: async () => undefined,
      queueRetentionHours: 336,
      auditRetentionDays: 400,
      retentionDays: 120,
      payloadRetentionDays: 120,
      rowRetentionHours: 2,
      roundMs: 1_000,
    });
    housekeeping.run();
    try {
      await eventually(async () => expect(await lookAt(id)).toEqual(gone));
    } finally {
      await housekeeping.stop();
    }
  });
});
