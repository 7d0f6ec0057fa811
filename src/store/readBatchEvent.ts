import type { Queryable } from './pool.js';

/** The event that a delivery in batches brings: what the product said of the import. */
export async function readBatchEvent(
  db: Queryable,
  eventId: string,
): Promise<{ type: string; occurredAt: Date; data: string }> {
  const { rows } = await db.query<{ type: string; occurredAt: Date; data: string }>(
    `SELECT type, occurred_at AS "occurredAt", data FROM events WHERE id = $1`,
    [eventId],
  );
  const [event] = rows;
  if (event === undefined) throw new Error(`The event ${eventId} is gone.`);
  return event;
}
