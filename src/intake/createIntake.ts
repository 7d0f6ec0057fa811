import { Problem } from '../domain/problem.js';
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

    retryDelivery: (ref) => retryDelivery(pool, ref),

    async cancelDelivery(ref) {
      await inTransaction(pool, async (db) => {
        if ((await lockDelivery(db, ref)) === null) throw notFound('delivery');
        const cancelled = await cancelOpen(db, { deliveryId: ref.deliveryId });
        if (cancelled === 0 && !(await cancelBlocking(db, ref.deliveryId))) {
          throw new Problem('delivery_final', 'It has ended already; there is nothing to cancel.');
        }
        await wakeWorkflow(db, ref.deliveryId);
      });
    },

    pauseImport: (ref) => setImportPaused(pool, ref, true),
    resumeImport: (ref) => setImportPaused(pool, ref, false),
    cancelImport: (ref) => cancelImport(pool, ref),

    async disableEndpoint(endpoint) {
      if (!(await setEnabled(pool, endpoint, false))) throw notFound('endpoint');
      await queueOpenOfClosed(pool, endpoint.endpointId, 'owner');
    },

    async enableEndpoint(endpoint) {
      if (!(await setEnabled(pool, endpoint, true))) throw notFound('endpoint');
      await wakeDrains(pool, [endpoint.endpointId]);
    },

    async pauseEndpoint(endpoint) {
      if (!(await setEndpointPaused(pool, endpoint, true))) throw notFound('endpoint');
      await queueOpenOfClosed(pool, endpoint.endpointId, 'paused');
    },

    async resumeEndpoint(endpoint) {
      if (!(await setEndpointPaused(pool, endpoint, false))) throw notFound('endpoint');
      await wakeDrains(pool, [endpoint.endpointId]);
    },

    async deleteEndpoint(endpoint) {
      if (!(await markDeleted(pool, endpoint))) throw notFound('endpoint');
      await cancelOpenOfDeleted(pool, endpoint.endpointId);
    },
  };
}
