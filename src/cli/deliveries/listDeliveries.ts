import {
  dataOf,
  type components,
  type EverhookClient,
  type operations,
} from '../../client/index.js';

export type DeliverySummary = components['schemas']['DeliverySummary'];
export type DeliveryQuery = NonNullable<operations['listAllDeliveries']['parameters']['query']>;

/** A page of deliveries, newest first: of one tenant or, where the query has none, of all those of the key. */
export async function listDeliveries(
  client: EverhookClient,
  query: DeliveryQuery,
  signal?: AbortSignal,
): Promise<{ data: DeliverySummary[]; nextCursor: string | null }> {
  const init = signal === undefined ? {} : { signal };
  return await dataOf(client.GET('/v1/deliveries', { params: { query }, ...init }));
}
