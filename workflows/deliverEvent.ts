import { deliverSubject } from './deliverSubject.js';
import type { DeliveryOutcome } from './outcomesOf.js';

/** All deliveries of one event, by its shown id, until each is delivered, failed, cancelled or queued. */
export async function deliverEvent(eventId: string): Promise<DeliveryOutcome[]> {
  return await deliverSubject({ eventId }, eventId);
}
