import { v7 as newUuid } from 'uuid';
import { createPool, type Pool, type Queryable } from '../../src/store/pool.js';
import { deliveryIdOf } from '../../src/domain/ids.js';
import type { DeliveryState } from '../../src/domain/words.js';
import { createTestDatabase } from '../setup/testDatabase.js';

export interface StoreScene {
  pool: Pool;
  databaseUrl: string;
  stop(): Promise<void>;
}

/** A database of its own and a pool on it. */
export async function openStore(): Promise<StoreScene> {
  const database = await createTestDatabase();
  const pool = createPool(database.databaseUrl, 8, () => undefined);
  return {
    pool,
    databaseUrl: database.databaseUrl,
    async stop() {
      await pool.end();
      await database.drop();
    },
  };
}

export async function insertEndpoint(pool: Pool, tenant = 'acme'): Promise<string> {
  const id = newUuid();
  await pool.query(
    `INSERT INTO endpoints (id, environment, tenant, url, event_types, filters, match, require, format, description,
       metadata, enabled)
     VALUES ($1, 'test', $2, 'https://example.com', '{*}', '{}', 'any', '{}', 'standard', '', '{}', true)`,
    [id, tenant],
  );
  return id;
}

export interface InsertedDelivery {
  id: string;
  eventId: string;
  endpointId: string;
}

/** A delivery in its first round, of an event that has no row of its own. */
export async function insertDelivery(
  db: Queryable,
  endpointId: string,
  {
    state = 'pending',
    attemptCount = 0,
    eventId = newUuid(),
  }: { state?: DeliveryState; attemptCount?: number; eventId?: string } = {},
): Promise<InsertedDelivery> {
  const id = deliveryIdOf(eventId, endpointId);
  await db.query(
    `INSERT INTO deliveries (id, event_id, environment, tenant, endpoint_id, event_type, format, state, attempt_count,
       schedule, due_at, queued_at, created_at)
     VALUES ($1, $2, 'test', 'acme', $3, 'a.b', 'standard', $4, $5, '{60,60}',
       CASE WHEN $4 IN ('pending', 'retrying', 'queued') THEN now() END, now(), now())`,
    [id, eventId, endpointId, state, attemptCount],
  );
  return { id, eventId, endpointId };
}
