import { Problem } from '../domain/problem.js';
import { isFinal } from '../domain/words.js';
import { closedEndpointOf, lockDelivery } from '../store/lockDelivery.js';
import { markDeleted, setEnabled, setEndpointPaused } from '../store/endpointState.js';
import { setPaused } from '../store/moveBatches.js';
import { cancelOpenOfDeleted, queueOpenOfClosed } from '../store/endpointDeliveries.js';
import { cancelBlocking, cancelOpen } from '../store/moveDeliveries.js';
import { inTransaction, type Pool } from '../store/pool.js';
import { hurryOpen, openRounds } from '../store/rounds.js';
import { wakeDrain, wakeWorkflow } from '../store/wakes.js';
import type { Metrics } from '../telemetry/metrics/createMetrics.js';
import { acceptLines } from './accept/acceptLines.js';
import type { Acceptor } from './accept/acceptor.js';
import { SubmissionCounter } from './accept/submissionCounter.js';
import { completeImport } from './imports/completeImport.js';
import { cancelImport, setImportPaused } from './imports/steerImport.js';
import type { Intake } from './intake.js';

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

    completeImport: (ref) => completeImport(acceptor.deps, ref),

    async retryDelivery(ref) {
      return await inTransaction(pool, async (db) => {
        const delivery = await lockDelivery(db, ref);
        if (delivery === null) throw notFound('delivery');
        if (delivery.lacksRows) {
          throw new Problem('rows_expired_resend', 'The rows of its import are not kept any more.');
        }
        if (delivery.hasExpired) {
          throw new Problem(
            'event_expired',
            'Its event has expired: nothing is sent of it any more.',
          );
        }
        const closed = await closedEndpointOf(db, delivery.endpointId);
        if (closed !== null) throw new Problem('endpoint_closed', `Its endpoint is ${closed}.`);
        if (isFinal(delivery.state)) {
          const opened = await openRounds(db, [ref.deliveryId], { through: 'gate' });
          if (opened.length === 0) {
            throw new Problem('endpoint_closed', 'Its endpoint was deleted meanwhile.');
          }
        }
        // Also one that has just been queued: whoever asks for a retry wants to see now whether the endpoint answers.
        await hurryOpen(db, { deliveryId: ref.deliveryId });
        if (isFinal(delivery.state)) return 'new round';
        // As a new round does: what is paused would be brought forward, and still not be sent.
        await setPaused(db, ref.deliveryId, false);
        if (delivery.state !== 'queued') await wakeWorkflow(db, ref.deliveryId);
        return 'brought forward';
      });
    },

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
      await wakeDrain(pool, endpoint.endpointId);
    },

    async pauseEndpoint(endpoint) {
      if (!(await setEndpointPaused(pool, endpoint, true))) throw notFound('endpoint');
      await queueOpenOfClosed(pool, endpoint.endpointId, 'paused');
    },

    async resumeEndpoint(endpoint) {
      if (!(await setEndpointPaused(pool, endpoint, false))) throw notFound('endpoint');
      await wakeDrain(pool, endpoint.endpointId);
    },

    async deleteEndpoint(endpoint) {
      if (!(await markDeleted(pool, endpoint))) throw notFound('endpoint');
      await cancelOpenOfDeleted(pool, endpoint.endpointId);
    },
  };
}

function notFound(what: 'delivery' | 'endpoint'): Problem {
  return new Problem('not_found', `There is no such ${what}.`);
}
