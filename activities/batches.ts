import { Context } from '@temporalio/activity';
import type { BatchActivities, BatchIntent, BatchReport } from '../src/contract/batches.js';
import { systemActors, type AuditAction } from '../src/domain/audit.js';
import { auditDeliveries } from '../src/store/auditDeliveries.js';
import { setPaused } from '../src/store/moveBatches.js';
import { bringForward, cancelOpen } from '../src/store/moveDeliveries.js';
import { inTransaction, type Queryable } from '../src/store/pool.js';
import type { ActivityDeps } from './activityDeps.js';
import { currentRunId } from './currentRunId.js';
import { heartbeating } from './heartbeating.js';
import { bareId, unknownBatches } from './subjectIds.js';

const writes: Record<BatchIntent, (db: Queryable, deliveryId: string) => Promise<unknown>> = {
  pause: (db, deliveryId) => setPaused(db, deliveryId, true),
  resume: (db, deliveryId) => setPaused(db, deliveryId, false),
  retryNow: (db, deliveryId) => bringForward(db, { deliveryId }),
  cancel: (db, deliveryId) => cancelOpen(db, { deliveryId }),
};

const actions: Record<BatchIntent, AuditAction> = {
  pause: 'delivery.paused',
  resume: 'delivery.resumed',
  retryNow: 'delivery.retried',
  cancel: 'delivery.cancelled',
};

/** What `deliverBatches` has done. All of it may run again. */
export function createBatchActivities({ pool, batchSender }: ActivityDeps): BatchActivities {
  const reported = async (
    shownId: string,
    work: (deliveryId: string) => Promise<BatchReport | null>,
  ): Promise<BatchReport> => {
    const report = await work(bareId('delivery', shownId));
    if (report === null) throw unknownBatches(shownId);
    return report;
  };

  return {
    async planBatches(shownId) {
      return await heartbeating(() =>
        reported(shownId, (deliveryId) =>
          batchSender.plan(deliveryId, () => Context.current().heartbeat()),
        ),
      );
    },
    async sendBatches(shownId) {
      const { cancellationSignal } = Context.current();
      const asker = { runId: currentRunId(), isEnding: () => cancellationSignal.aborted };
      return await heartbeating(() =>
        reported(shownId, (deliveryId) => batchSender.send(deliveryId, asker)),
      );
    },
    async lookAtBatches(shownId) {
      return await reported(shownId, (deliveryId) => batchSender.look(deliveryId));
    },
    async writeBatchIntent(shownId, intent) {
      const deliveryId = bareId('delivery', shownId);
      await inTransaction(pool, (client) =>
        auditDeliveries(
          client,
          { deliveryId },
          { action: actions[intent], by: systemActors.temporal },
          () => writes[intent](client, deliveryId),
        ),
      );
    },
  };
}
