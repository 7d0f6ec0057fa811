import { showId } from '../../domain/ids.js';
import { readOverdueDrains } from '../../store/overdueDrains.js';
import { wakeDrains } from '../../store/wakes.js';
import type { SweeperDeps } from './sweeperDeps.js';

/** In one sweep. */
const maxDrains = 200;

/**
 * Has endpoints' queues gone on with whose drain isn't running, whatever became of it. Gives the endpoint after which the
 * next sweep goes on, so that drains that run and wait for their place don't hide the others; null: that was all.
 */
export async function sweepDrains(
  { pool, log, metrics, starter, overdueMs }: SweeperDeps,
  after: string | null,
): Promise<string | null> {
  const overdue = await readOverdueDrains(pool, { overdueMs, after, limit: maxDrains });
  for (const id of overdue) {
    if (await starter.isRunning('drainEndpoint', id)) continue;
    await wakeDrains(pool, [id]);
    metrics.sweeperFinds.inc({ kind: 'drain' });
    log.warn({ endpointId: showId('endpoint', id) }, 'a queue without a drain: started again');
  }
  return overdue.length < maxDrains ? null : (overdue.at(-1) ?? null);
}
