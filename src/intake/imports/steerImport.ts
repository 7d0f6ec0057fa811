import type { Actor } from '../../domain/audit.js';
import { Problem } from '../../domain/problem.js';
import { changeOpenBatched } from '../../store/changeOpenBatched.js';
import {
  lockImport,
  markCancelled,
  type ImportRecord,
  type ImportRef,
} from '../../store/imports.js';
import { setPaused } from '../../store/moveBatches.js';
import { cancelOpen } from '../../store/moveDeliveries.js';
import { inTransaction, type Pool } from '../../store/pool.js';
import { foundImport } from './importProblems.js';

/** Holds all deliveries that bring an import's rows, or lets them go on. */
export async function setImportPaused(
  pool: Pool,
  ref: ImportRef,
  paused: boolean,
  by: Actor,
): Promise<ImportRecord> {
  return await inTransaction(pool, async (client) => {
    const record = foundImport(await lockImport(client, ref));
    if (record.state === 'cancelled') {
      throw new Problem('import_cancelled', 'It was cancelled; it sends nothing.');
    }
    if (record.state === 'open') {
      throw new Problem('import_not_complete', 'It is still open, so nothing of it is being sent.');
    }
    const action = paused ? 'import.paused' : 'import.resumed';
    await changeOpenBatched(client, { action, before: record, after: record }, by, (deliveryId) =>
      setPaused(client, deliveryId, paused),
    );
    return record;
  });
}

/** Ends an import: an open one takes no more rows, of a complete one no more are sent. Idempotent. */
export async function cancelImport(pool: Pool, ref: ImportRef, by: Actor): Promise<ImportRecord> {
  return await inTransaction(pool, async (client) => {
    const before = foundImport(await lockImport(client, ref));
    if (before.state === 'open') await markCancelled(client, before.id);
    const after = before.state === 'open' ? { ...before, state: 'cancelled' as const } : before;
    await changeOpenBatched(
      client,
      { action: 'import.cancelled', before, after },
      by,
      (deliveryId) => cancelOpen(client, { deliveryId }),
    );
    return after;
  });
}
