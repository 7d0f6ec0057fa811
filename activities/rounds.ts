import type { Activities, DeliveryReport, Intent, Subject } from '../src/contract/activities.js';
import { systemActors, type AuditAction } from '../src/domain/audit.js';
import { parseId } from '../src/domain/ids.js';
import { auditDeliveries } from '../src/store/auditDeliveries.js';
import { lookAtDeliveries, type DeliveryScopeById } from '../src/store/lookAtDeliveries.js';
import { cancelOpen } from '../src/store/moveDeliveries.js';
import { inTransaction, type Queryable } from '../src/store/pool.js';
import { handOverFailed, hurryOpen, openRounds, settleFailed } from '../src/store/rounds.js';
import { wakeBatches } from '../src/store/wakes.js';
import type { ActivityDeps } from './activityDeps.js';
import { currentRunId } from './currentRunId.js';
import { scopeOf } from './subjectIds.js';

const actions: Record<Intent, AuditAction> = {
  retryNow: 'delivery.retried',
  cancel: 'delivery.cancelled',
};

/** What workflows write about rounds, and operators' intents. All of it may run again. */
export function createRoundActivities({
  pool,
  attemptMaker,
}: ActivityDeps): Pick<Activities, 'look' | 'writeIntent' | 'settle' | 'handOver'> {
  const lookAt = async (scope: DeliveryScopeById): Promise<DeliveryReport[]> =>
    (await lookAtDeliveries(pool, scope)).map((row) => attemptMaker.report(row));

  return {
    async look(subject: Subject) {
      return await lookAt(scopeOf(subject));
    },
    async writeIntent(subject: Subject, intent: Intent, deliveryId: string | null) {
      const scope = scopeOf(subject);
      if (deliveryId === null) {
        await inTransaction(pool, (client) =>
          auditDeliveries(
            client,
            scope,
            { action: actions[intent], by: systemActors.temporal },
            () => writeForOpen(client, scope, intent),
          ),
        );
        return;
      }
      const target = parseId('delivery', deliveryId);
      const rows = await lookAtDeliveries(pool, scope);
      // A signal may name anything; only a delivery of this workflow is its business.
      if (target === null || !rows.some(({ id }) => id === target)) return;
      const one = { deliveryId: target };
      await inTransaction(pool, (client) =>
        auditDeliveries(
          client,
          one,
          { action: actions[intent], by: systemActors.temporal },
          async () => {
            if (intent === 'retryNow') await openRounds(client, [target], { through: 'caller' });
            await writeForOpen(client, one, intent);
          },
        ),
      );
    },
    async settle(subject: Subject) {
      const scope = scopeOf(subject);
      await settleFailed(pool, scope, currentRunId());
      return await lookAt(scope);
    },
    async handOver(subject: Subject) {
      await handOverFailed(pool, scopeOf(subject), currentRunId());
    },
  };
}

async function writeForOpen(
  db: Queryable,
  scope: DeliveryScopeById,
  intent: Intent,
): Promise<void> {
  await (intent === 'cancel' ? cancelOpen(db, scope) : hurryOpen(db, scope));
  await wakeBatches(db, scope);
}
