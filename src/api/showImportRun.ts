import type { z } from 'zod';
import { showId } from '../domain/ids.js';
import type { ImportRecord } from '../store/imports.js';
import type { Pool } from '../store/pool.js';
import { readImportDeliveries } from '../store/readImportDeliveries.js';
import type { importRun } from './schemas/batchSchemas.js';
import { showBatchProgress } from './showBatch.js';

/** An import with how far its deliveries are. */
export async function showImportRun(
  pool: Pool,
  { id, name, state }: Pick<ImportRecord, 'id' | 'name' | 'state'>,
): Promise<z.output<typeof importRun>> {
  const runs = await readImportDeliveries(pool, id);
  const deliveries = runs.map((run) => ({
    id: showId('delivery', run.id),
    state: run.state,
    ...showBatchProgress(run),
  }));
  return { id: name, state, deliveries };
}
