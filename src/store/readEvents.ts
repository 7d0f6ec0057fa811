import type { EventRef } from '../domain/refs.js';
import type { Environment } from '../domain/words.js';
import { hasPayloadSql } from './deliveryConditions.js';
import type { Page } from './page.js';
import type { Queryable } from './pool.js';

export interface EventRecord {
  /** The bare UUID. */
  id: string;
  tenant: string;
  type: string;
  occurredAt: Date;
  attributes: Record<string, string | string[]>;
  /** Each null: its product said none. */
  orderingKey: string | null;
  deliverAt: Date | null;
  expiresAt: Date | null;
  acceptedAt: Date;
}

const columns = `id, tenant, type, occurred_at AS "occurredAt", attributes,
  ordering_key AS "orderingKey", deliver_at AS "deliverAt", expires_at AS "expiresAt", accepted_at AS "acceptedAt"`;

/** Events without their data, newest first, up to `limit + 1`; `tenant` null: of all tenants. */
export async function listEvents(
  db: Queryable,
  { environment, tenant }: { environment: Environment; tenant: string | null },
  page: Page<string>,
): Promise<EventRecord[]> {
  const { rows } = await db.query<EventRecord>(
    `SELECT ${columns} FROM events
     WHERE environment = $1 AND ($2::text IS NULL OR tenant = $2) AND ($3::uuid IS NULL OR id < $3)
     ORDER BY id DESC LIMIT $4`,
    [environment, tenant, page.after, page.limit + 1],
  );
  return rows;
}

export interface WholeEvent extends EventRecord {
  /** The JSON text of its data, byte for byte as it was submitted; null: it is not kept any more. */
  data: string | null;
}

/** Null if there is none. */
export async function readEvent(
  db: Queryable,
  { environment, tenant, eventId }: EventRef,
): Promise<WholeEvent | null> {
  const { rows } = await db.query<WholeEvent>(
    `SELECT ${columns}, (SELECT data FROM event_data WHERE event_id = $1 AND ${hasPayloadSql('event_id')}) AS data
     FROM events WHERE id = $1 AND environment = $2 AND tenant = $3`,
    [eventId, environment, tenant],
  );
  return rows[0] ?? null;
}
