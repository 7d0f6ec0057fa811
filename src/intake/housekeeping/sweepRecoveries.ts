import { readOverdueRecoveries } from '../../store/recoveries.js';
import { wakeRecovery } from '../../store/wakes.js';
import type { SweeperDeps } from './sweeperDeps.js';

/** In one sweep. One that runs is late only where no worker is there, and then nothing could be started either. */
const maxRecoveries = 200;

/** Has recoveries gone on with that are running, and whose workflow isn't, whatever became of it. */
export async function sweepRecoveries({
  pool,
  log,
  metrics,
  starter,
  overdueMs,
}: SweeperDeps): Promise<void> {
  for (const id of await readOverdueRecoveries(pool, { overdueMs, limit: maxRecoveries })) {
    if (await starter.isRunning('recover', id)) continue;
    await wakeRecovery(pool, id);
    metrics.sweeperFinds.inc({ kind: 'recovery' });
    log.warn({ recoveryId: id }, 'a recovery without a workflow: started again');
  }
}
