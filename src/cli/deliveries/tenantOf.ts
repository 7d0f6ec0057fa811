import type { EverhookClient } from '../../client/index.js';
import { uuidOf, uuidTimeMs } from '../../domain/ids.js';
import { listDeliveries, type DeliveryQuery } from './listDeliveries.js';

/** More deliveries than one millisecond ever made. */
const maxPages = 10;

/**
 * The tenant that a delivery is of, where the user hasn't said: its id has the millisecond of its event, so a list of that
 * millisecond finds it without a search through everything.
 */
export async function tenantOf(client: EverhookClient, deliveryId: string): Promise<string> {
  const madeMs = uuidTimeMs(uuidOf('delivery', deliveryId));
  const range = { after: iso(madeMs), before: iso(madeMs + 1), limit: 250 };
  let cursor: string | null = null;
  for (let page = 1; page <= maxPages; page += 1) {
    const query: DeliveryQuery = cursor === null ? range : { ...range, cursor };
    const { data, nextCursor } = await listDeliveries(client, query);
    const found = data.find(({ id }) => id === deliveryId);
    if (found !== undefined) return found.tenant;
    if (nextCursor === null) break;
    cursor = nextCursor;
  }
  throw new Error(`There is no delivery ${deliveryId}, or not in the environment of this key.`);
}

function iso(moment: number): string {
  return new Date(moment).toISOString();
}
