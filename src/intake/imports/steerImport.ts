import { Problem } from '../../domain/problem.js';
import {
  lockImport,
  markCancelled,
  readImport,
  type ImportRecord,
  type ImportRef,
} from '../../store/imports.js';
import { forEachOpenBatched, setPaused } from '../../store/moveBatches.js';
import { cancelOpen } from '../../store/moveDeliveries.js';
import { inTransaction, type Pool } from '../../store/pool.js';
import { foundImport } from './importProblems.js';

/** Holds all deliveries that bring an import's rows, or lets them go on. */
export async function setImportPaused(
  pool: Pool,
  ref: ImportRef,
  paused: boolean,
): Promise<ImportRecord> {
  const record = foundImport(await readImport(pool, ref));
  if (record.state === 'cancelled') {
    throw new Problem('import_cancelled', 'It was cancelled; it sends nothing.');
  }
  if (record.state === 'open') {
    throw new Problem('import_not_complete', 'It is still open, so nothing of it is being sent.');
  }
  await forEachOpenBatched(pool, record.id, (db, deliveryId) => setPaused(db, deliveryId, paused));
  return record;
}

/** Ends an import: an open one takes no more rows, of a complete one no more are sent. Idempotent. */
export async function cancelImport(pool: Pool, ref: ImportRef): Promise<ImportRecord> {
  const record = await inTransaction(pool, async (client) => {
    const locked = foundImport(await lockImport(client, ref));
    if (locked.state !== 'open') return locked;
    await markCancelled(client, locked.id);
    return { ...locked, state: 'cancelled' as const };
  });
  await forEachOpenBatched(pool, record.id, (db, deliveryId) => cancelOpen(db, { deliveryId }));
  return record;
}
