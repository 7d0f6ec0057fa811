import { showId } from '../ids.js';

/** What a batch is sent under, at every attempt, from the delivery's bare UUID: `dlv_…_37`. */
export function batchIdOf(deliveryId: string, number: number): string {
  return `${showId('delivery', deliveryId)}_${number}`;
}
