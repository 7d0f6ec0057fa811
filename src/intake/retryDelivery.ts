import type { Actor } from '../domain/audit.js';
import { closedUntil } from '../domain/gate.js';
import { payloadGoneDetail } from '../domain/payloadRetention.js';
import { Problem } from '../domain/problem.js';
import type { DeliveryRef } from '../domain/refs.js';
import { isFinal } from '../domain/words.js';
import { auditDeliveries } from '../store/auditDeliveries.js';
import { readGated } from '../store/gatedEndpoint.js';
import { lockDelivery, type LockedDelivery } from '../store/lockDelivery.js';
import { setPaused } from '../store/moveBatches.js';
import { inTransaction, type Pool, type Queryable } from '../store/pool.js';
import { hurryOpen, openRounds } from '../store/rounds.js';
import { wakeWorkflow } from '../store/wakes.js';
import type { RetryResult } from './intake.js';
import { notFound } from './notFound.js';

/** Has a delivery attempted now: what has ended in a new round, what is open by its next attempt. */
export async function retryDelivery(pool: Pool, ref: DeliveryRef, by: Actor): Promise<RetryResult> {
  return await inTransaction(pool, async (db) => {
    const delivery = await lockDelivery(db, ref);
    if (delivery === null) throw notFound('delivery');
    await refuseUnsendable(db, delivery);
    return await auditDeliveries(db, ref, { action: 'delivery.retried', by }, () =>
      retryLocked(db, ref.deliveryId, delivery),
    );
  });
}

async function retryLocked(
  db: Queryable,
  deliveryId: string,
  { state }: LockedDelivery,
): Promise<RetryResult> {
  if (isFinal(state)) {
    const opened = await openRounds(db, [deliveryId], { through: 'gate' });
    if (opened.length === 0) {
      throw new Problem('endpoint_closed', 'Its endpoint was deleted meanwhile.');
    }
  }
  // Also one that has just been queued: whoever asks for a retry wants to see now whether the endpoint answers.
  await hurryOpen(db, { deliveryId });
  if (isFinal(state)) return 'new round';
  // As a new round does: what is paused would be brought forward, and still not be sent.
  await setPaused(db, deliveryId, false);
  if (state !== 'queued') await wakeWorkflow(db, deliveryId);
  return 'brought forward';
}

/** Throws where no attempt could be made. */
async function refuseUnsendable(
  db: Queryable,
  { lacksRows, lacksPayload, hasExpired, endpointId }: LockedDelivery,
): Promise<void> {
  if (lacksRows) {
    throw new Problem('rows_expired_resend', 'The rows of its import are not kept any more.');
  }
  if (lacksPayload) throw new Problem('payload_expired_resend', payloadGoneDetail);
  if (hasExpired) {
    throw new Problem('event_expired', 'Its event has expired: nothing is sent of it any more.');
  }
  const closed = closedUntil(await readGated(db, endpointId));
  if (closed !== null) throw new Problem('endpoint_closed', `Its endpoint is ${closed}.`);
}
