import { readOverdueDrains } from '../../store/overdueDrains.js';
import { wakeDrains } from '../../store/wakes.js';
import type { SweeperDeps } from './sweeperDeps.js';

/** In one sweep, the longest overdue first. */
const maxDrains = 200;

/** Has endpoints' queues gone on with whose drain isn't running, whatever became of it. */
export async function sweepDrains({ pool, log, starter, overdueMs }: SweeperDeps): Promise<void> {
  for (const id of await readOverdueDrains(pool, { overdueMs, limit: maxDrains })) {
    if (await starter.isRunning('drainEndpoint', id)) continue;
    await wakeDrains(pool, [id]);
    log.warn({ endpointId: id }, 'a queue without a drain: started again');
  }
}
