import type { Actor } from '../../domain/audit.js';
import { Problem } from '../../domain/problem.js';
import { inTransaction, type Pool } from '../../store/pool.js';
import {
  endCancelled,
  readRecovery,
  type RecoveryRecord,
  type RecoveryRef,
} from '../../store/recoveries.js';
import { wakeRecovery } from '../../store/wakes.js';

/** Ends a recovery that is running. Idempotent; of one that has completed: `recovery_completed`. Null if there is none. */
export async function cancelRecovery(
  pool: Pool,
  ref: RecoveryRef,
  by: Actor,
): Promise<RecoveryRecord | null> {
  return await inTransaction(pool, async (db) => {
    const known = await readRecovery(db, ref);
    if (known?.state === 'running' && (await endCancelled(db, ref.recoveryId, by))) {
      await wakeRecovery(db, ref.recoveryId);
    }
    const record = await readRecovery(db, ref);
    if (record?.state === 'completed') {
      throw new Problem('recovery_completed', 'It has looked at all that it is about.');
    }
    return record;
  });
}
