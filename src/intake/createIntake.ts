import { Problem } from '../domain/problem.js';
import { auditDeliveries } from '../store/auditDeliveries.js';
import { lockDelivery } from '../store/lockDelivery.js';
import { markDeleted, setEnabled, setEndpointPaused } from '../store/endpointState.js';
import { cancelOpenOfDeleted, queueOpenOfClosed } from '../store/endpointDeliveries.js';
import { cancelBlocking, cancelOpen } from '../store/moveDeliveries.js';
import { inTransaction, type Pool } from '../store/pool.js';
import { wakeDrains, wakeWorkflow } from '../store/wakes.js';
import type { Metrics } from '../telemetry/metrics/createMetrics.js';
import { acceptLines } from './accept/acceptLines.js';
import type { Acceptor } from './accept/acceptor.js';
import { SubmissionCounter } from './accept/submissionCounter.js';
import { completeImport } from './imports/completeImport.js';
import { cancelImport, setImportPaused } from './imports/steerImport.js';
import type { Intake } from './intake.js';
import { notFound } from './notFound.js';
import { retryDelivery } from './retryDelivery.js';

/** What the API does to events and deliveries: written to Postgres, told to Temporal through the outbox. */
export function createIntake({
  pool,
  acceptor,
  metrics,
}: {
  pool: Pool;
  acceptor: Acceptor;
  metrics: Metrics;
}): Intake {
  const counter = new SubmissionCounter(metrics);
  return {
    accept: (request) => counter.timed(() => acceptor.accept(request)),
    acceptBulk: async (request) => counter.counted(await acceptLines(acceptor, request)),

    completeImport: (ref, traceParent) => completeImport(acceptor.deps, ref, traceParent),

    retryDelivery: (ref, by) => retryDelivery(pool, ref, by),

    async cancelDelivery(ref, by) {
      await inTransaction(pool, async (db) => {
        if ((await lockDelivery(db, ref)) === null) throw notFound('delivery');
        await auditDeliveries(db, ref, { action: 'delivery.cancelled', by }, async () => {
          const cancelled = await cancelOpen(db, { deliveryId: ref.deliveryId });
          if (cancelled === 0 && !(await cancelBlocking(db, ref.deliveryId))) {
            throw new Problem(
              'delivery_final',
              'It has ended already; there is nothing to cancel.',
            );
          }
        });
        await wakeWorkflow(db, ref.deliveryId);
      });
    },

    pauseImport: (ref, by) => setImportPaused(pool, ref, true, by),
    resumeImport: (ref, by) => setImportPaused(pool, ref, false, by),
    cancelImport: (ref, by) => cancelImport(pool, ref, by),

    async disableEndpoint(endpoint, by) {
      if (!(await setEnabled(pool, endpoint, false, by))) throw notFound('endpoint');
      await queueOpenOfClosed(pool, endpoint.endpointId, 'owner');
    },

    async enableEndpoint(endpoint, by) {
      if (!(await setEnabled(pool, endpoint, true, by))) throw notFound('endpoint');
      await wakeDrains(pool, [endpoint.endpointId]);
    },

    async pauseEndpoint(endpoint, by) {
      if (!(await setEndpointPaused(pool, endpoint, true, by))) throw notFound('endpoint');
      await queueOpenOfClosed(pool, endpoint.endpointId, 'paused');
    },

    async resumeEndpoint(endpoint, by) {
      if (!(await setEndpointPaused(pool, endpoint, false, by))) throw notFound('endpoint');
      await wakeDrains(pool, [endpoint.endpointId]);
    },

    async deleteEndpoint(endpoint, by) {
      if (!(await markDeleted(pool, endpoint, by))) throw notFound('endpoint');
      await cancelOpenOfDeleted(pool, endpoint.endpointId);
    },
  };
}
