import { deliverSubject } from './deliverSubject.js';
import type { DeliveryOutcome } from './outcomesOf.js';

/** One delivery that got a new round, or was found overdue, by its shown id. */
export async function redeliver(deliveryId: string): Promise<DeliveryOutcome[]> {
  return await deliverSubject({ deliveryId }, deliveryId);
}
