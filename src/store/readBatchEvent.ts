import type { Queryable } from './pool.js';

/** The event whose data is what the product said of the import. */
export interface BatchEvent {
  type: string;
  occurredAt: Date;
  data: string;
}

/** The event that a delivery in batches brings. */
export async function readBatchEvent(db: Queryable, eventId: string): Promise<BatchEvent> {
  const { rows } = await db.query<BatchEvent>(
    `SELECT type, occurred_at AS "occurredAt", d.data
     FROM events e JOIN event_data d ON d.event_id = e.id WHERE e.id = $1`,
    [eventId],
  );
  const [event] = rows;
  if (event === undefined) throw new Error(`The event ${eventId} is gone.`);
  return event;
}
