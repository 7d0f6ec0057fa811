import { v7 as newUuid } from 'uuid';
import type { WorkflowHandle } from '@temporalio/client';
import { workflowId } from '../../src/contract/temporal.js';
import { deliveryIdOf, showId } from '../../src/domain/ids.js';
import type { RowChoice } from '../../src/domain/imports/rowChoice.js';
import { insertChunks, type NewChunk } from '../../src/store/importChunks.js';
import type { Pool } from '../../src/store/pool.js';
import { eventually } from '../setup/eventually.js';
import type { BatchOutcome } from '../../workflows/batchOutcome.js';
import type { TestEngine } from './testEngine.js';

export interface ImportWish {
  /** Bare UUIDs; each gets a delivery. */
  endpointIds: readonly string[];
  tenant?: string;
  rows: number;
  batchSize: number;
  /** The JSON text of a row's data. */
  textOf?: (row: number) => string;
  isValid?: (row: number) => boolean;
  choice?: RowChoice;
  schedule?: number[];
  format?: string;
  keepRows?: boolean;
  rowsPerChunk?: number;
}

export interface InsertedImport {
  id: string;
  name: string;
  /** Bare UUIDs. */
  eventId: string;
  deliveryIds: string[];
}

export const plainText = (row: number): string => `{"n":${row}}`;

/** An import that is complete, as the API leaves it: rows, an event, a delivery in batches for each endpoint. */
export async function insertImport(pool: Pool, wish: ImportWish): Promise<InsertedImport> {
  const { tenant = 'acme', rows, isValid = () => true, keepRows = true, choice = 'all' } = wish;
  const id = newUuid();
  const name = `import-${id.slice(-6)}`;
  const validCount = Array.from({ length: rows }, (_, row) => row).filter(isValid).length;
  await pool.query(
    `INSERT INTO imports (id, environment, tenant, name, attributes, metadata, event_types, data, batch_size, keep_rows,
       state, row_count, valid_count, completed_at)
     VALUES ($1, 'test', $2, $3, '{}', '{}', '{rows.all}', '{"of":"test"}', $4, $5, 'complete', $6, $7, now())`,
    [id, tenant, name, wish.batchSize, keepRows, rows, validCount],
  );
  await insertRows(pool, id, wish);
  const eventId = newUuid();
  await pool.query(
    `INSERT INTO events (id, environment, tenant, type, occurred_at, attributes, accepted_at)
     VALUES ($1, 'test', $2, 'rows.all', '2026-01-02T03:04:05Z', '{}', now())`,
    [eventId, tenant],
  );
  await pool.query(`INSERT INTO event_data (event_id, data) VALUES ($1, '{"of":"test"}')`, [
    eventId,
  ]);
  const chosen = { all: rows, valid: validCount, invalid: rows - validCount }[choice];
  const deliveryIds: string[] = [];
  for (const endpointId of wish.endpointIds) {
    const deliveryId = deliveryIdOf(eventId, endpointId);
    deliveryIds.push(deliveryId);
    await pool.query(
      `INSERT INTO deliveries (id, event_id, environment, tenant, endpoint_id, event_type, format, state, schedule, due_at,
         created_at, import_id)
       VALUES ($1, $2, 'test', $3, $4, 'rows.all', $5, 'pending', $6, now(), now(), $7)`,
      [deliveryId, eventId, tenant, endpointId, wish.format ?? 'raw', wish.schedule ?? [], id],
    );
    await pool.query(
      `INSERT INTO batch_runs (delivery_id, import_id, choice, total_rows, batch_size) VALUES ($1, $2, $3, $4, $5)`,
      [deliveryId, id, choice, chosen, wish.batchSize],
    );
  }
  return { id, name, eventId, deliveryIds };
}

/** Has the dispatcher start the event's workflow, as accepting does. */
export async function dispatchImport(pool: Pool, { eventId }: InsertedImport): Promise<void> {
  await pool.query(
    `INSERT INTO outbox (id, kind, subject_id, event_id, environment, tenant, event_type, endpoint_ids, available_at)
     SELECT gen_random_uuid(), 'deliverEvent', e.id, e.id, e.environment, e.tenant, e.type,
       (SELECT array_agg(d.endpoint_id) FROM deliveries d WHERE d.event_id = e.id), now()
     FROM events e WHERE e.id = $1`,
    [eventId],
  );
}

export type BatchesHandle = WorkflowHandle<() => Promise<BatchOutcome>>;

export function batchesHandle({ client }: TestEngine, deliveryId: string): BatchesHandle {
  return client.workflow.getHandle(workflowId('deliverBatches', deliveryId));
}

/** An import with one delivery, whose workflow has been started. */
export async function startBatches(
  engine: TestEngine,
  wish: ImportWish,
): Promise<{ made: InsertedImport; deliveryId: string; handle: BatchesHandle }> {
  const made = await insertImport(engine.pool, wish);
  const [deliveryId = ''] = made.deliveryIds;
  await dispatchImport(engine.pool, made);
  const handle = batchesHandle(engine, deliveryId);
  await eventually(() => handle.describe());
  return { made, deliveryId, handle };
}

export const shownDelivery = (id: string): string => showId('delivery', id);

/** How a delivery's batches stand. */
export async function progressOf(
  pool: Pool,
  deliveryId: string,
): Promise<{
  state: string;
  reason: string | null;
  round: number;
  attemptCount: number;
  acknowledged: number;
  acknowledgedRows: number;
  batchCount: number | null;
}> {
  const { rows } = await pool.query(
    `SELECT d.state, d.reason, d.round, d.attempt_count AS "attemptCount", r.acknowledged,
       r.acknowledged_rows AS "acknowledgedRows", r.batch_count AS "batchCount"
     FROM deliveries d JOIN batch_runs r ON r.delivery_id = d.id WHERE d.id = $1`,
    [deliveryId],
  );
  return rows[0];
}

async function insertRows(pool: Pool, importId: string, wish: ImportWish): Promise<void> {
  const { rows, textOf = plainText, isValid = () => true, rowsPerChunk = 500 } = wish;
  let before = { rows: 0, validRows: 0 };
  while (before.rows < rows) {
    const first = before.rows;
    const length = Math.min(rowsPerChunk, rows - first);
    const numbers = Array.from({ length }, (_, place) => first + place);
    const data = numbers.map(textOf).join('\n');
    const invalid = numbers.flatMap((row, place) => (isValid(row) ? [] : [place]));
    const chunk: NewChunk = {
      ...{ rowCount: length, data, byteCount: Buffer.byteLength(data), ids: null },
      invalidPlaces: invalid.length === 0 ? null : invalid,
    };
    await insertChunks(pool, importId, before, [chunk]);
    before = {
      rows: first + length,
      validRows: before.validRows + length - invalid.length,
    };
  }
}
