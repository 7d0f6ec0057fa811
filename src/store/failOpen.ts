import { chunkSize } from './inChunks.js';
import { letOrdersGoOn } from './orderingHeads.js';
import { raiseDeliveryFailed } from './raiseEvents.js';

/**
 * A statement that fails the deliveries `d` that `chosen` names (`FROM …` and `WHERE …`) without an attempt, tells of it,
 * and gives a row for each. No order waits for any of them any more: what comes after may well be delivered.
 */
export function failSql({
  chosen,
  reason,
  runs,
}: {
  chosen: string;
  reason: string;
  /** What becomes of `failed_in_runs`. */
  runs: string;
}): string {
  return `WITH failed AS (
    UPDATE deliveries d SET state = 'failed', reason = ${reason}, due_at = NULL, finished_at = now(),
      claimant = NULL, lease_until = NULL, failed_in_runs = ${runs}
    ${chosen}
    RETURNING d.*
  ),
  raised AS (${raiseDeliveryFailed('failed', { mayBlock: false })}),
  ${letOrdersGoOn('failed')}
  SELECT FROM failed`;
}

/**
 * Fails a chunk of the open deliveries that meet a condition; `$2` says why. They are looked for in the order of the index
 * of what is open, so that it alone is read. A run that still works on others of the event leaves them failed, as ones of
 * its own (`continued`).
 */
export function failOpenSql(condition: string): string {
  return failSql({
    reason: '$2',
    runs: `array_append(d.failed_in_runs, 'continued')`,
    chosen: `FROM (
      SELECT id FROM deliveries WHERE ${condition} AND id = ANY (ARRAY(
        SELECT id FROM deliveries WHERE ${condition} ORDER BY endpoint_id, state, id LIMIT ${chunkSize}))
      ORDER BY id FOR UPDATE) old
    WHERE d.id = old.id`,
  });
}
