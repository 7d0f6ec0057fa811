import { childIdRange } from '../domain/ids.js';
import { defaultTimeoutMs } from '../domain/limits.js';
import type { DeliveryState, Environment } from '../domain/words.js';
import type { Queryable } from './pool.js';

/** What decisions about a delivery are made from. */
export interface DeliveryRow {
  id: string;
  eventId: string;
  environment: Environment;
  tenant: string;
  endpointId: string;
  eventType: string;
  format: string;
  state: DeliveryState;
  round: number;
  attemptCount: number;
  scheduleSeconds: number[];
  lastAnswer: string | null;
  /** Until it is due, or expires before, and nobody else may still be sending it, by the database's clock; 0 where that is now. */
  waitMs: number;
  /** It may not be sent before a moment that its event names. */
  isHeld: boolean;
  /** Until it expires, by the database's clock; 0 or less: it has. Null: it never does. */
  expiresInMs: number | null;
  /** The endpoint's time-out. */
  timeoutMs: number;
  /** Of one that brings an import's rows, in batches: what the import is called. */
  importName: string | null;
}

export const timeoutMsSql = `coalesce(e.timeout_ms, ${defaultTimeoutMs})`;

export const waitMsSql = `greatest(0, extract(epoch FROM greatest(least(d.due_at, d.expires_at), d.lease_until) - now())
  * 1000)::double precision`;

/**
 * The columns of a `DeliveryRow`, from `deliveries d JOIN endpoints e`. (The schedule as JSON: its parser is the
 * engine's own, the one for Postgres's arrays is not. Nearly no delivery has an import, so none is looked for in vain.)
 */
export function deliveryColumns(waitMs: string): string {
  return `d.id, d.event_id AS "eventId", d.environment, d.tenant, d.endpoint_id AS "endpointId",
  d.event_type AS "eventType", d.format, d.state, d.round, d.attempt_count AS "attemptCount",
  to_json(d.schedule) AS "scheduleSeconds", d.last_answer AS "lastAnswer", ${timeoutMsSql} AS "timeoutMs",
  ${waitMs} AS "waitMs", d.state = 'pending' AND d.due_at > now() AS "isHeld",
  (extract(epoch FROM d.expires_at - now()) * 1000)::double precision AS "expiresInMs",
  CASE WHEN d.import_id IS NOT NULL THEN (SELECT i.name FROM imports i WHERE i.id = d.import_id) END AS "importName"`;
}

/** One delivery, or every delivery of an event, by bare UUID. */
export type DeliveryScopeById = { eventId: string } | { deliveryId: string };

/**
 * The condition that selects a scope from `deliveries d`, with its parameters from `$first` on. Deliveries' ids begin
 * as their event's, so an event's are one short range of the primary key in one partition.
 */
export function scopeCondition(
  scope: DeliveryScopeById,
  first: number,
): { sql: string; values: string[] } {
  if ('deliveryId' in scope) return { sql: `d.id = $${first}`, values: [scope.deliveryId] };
  const { lowest, beyond } = childIdRange(scope.eventId);
  return {
    sql: `d.id >= $${first} AND d.id < $${first + 1} AND d.event_id = $${first + 2}`,
    values: [lowest, beyond, scope.eventId],
  };
}

export async function lookAtDeliveries(
  db: Queryable,
  scope: DeliveryScopeById,
): Promise<DeliveryRow[]> {
  const { sql, values } = scopeCondition(scope, 1);
  const { rows } = await db.query<DeliveryRow>(
    `SELECT ${deliveryColumns(waitMsSql)} FROM deliveries d JOIN endpoints e ON e.id = d.endpoint_id WHERE ${sql} ORDER BY d.id`,
    values,
  );
  return rows;
}
