import type { Queryable } from './pool.js';

/** Endpoints whose drain should have looked at their queue long ago, and something is in it; in order of their ids. */
export async function readOverdueDrains(
  db: Queryable,
  { overdueMs, after, limit }: { overdueMs: number; after: string | null; limit: number },
): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `SELECT q.endpoint_id AS id FROM endpoint_queue q JOIN endpoints e ON e.id = q.endpoint_id
     WHERE q.due_at < now() - make_interval(secs => $1::double precision / 1000) AND is_drainable(e)
       AND ($3::uuid IS NULL OR q.endpoint_id > $3)
       AND EXISTS (SELECT FROM deliveries d WHERE d.endpoint_id = e.id AND d.state = 'queued')
       AND NOT EXISTS (SELECT FROM outbox o WHERE o.subject_id = e.id AND o.event_id IS NULL)
     ORDER BY q.endpoint_id LIMIT $2`,
    [overdueMs, limit, after],
  );
  return rows.map(({ id }) => id);
}
