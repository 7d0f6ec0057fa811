import { dataOf, type EverhookClient } from '../../client/index.js';
import type { Endpoint } from './endpointState.js';

/** The endpoint of an id, whosever it is, unless a tenant is told. Throws where the key sees none. */
export async function findEndpoint(
  client: EverhookClient,
  endpointId: string,
  tenant?: string,
): Promise<Endpoint> {
  const query = { endpointId, ...(tenant === undefined ? {} : { tenant }) };
  const { data } = await dataOf(client.GET('/v1/endpoints', { params: { query } }));
  const found = data[0];
  if (found !== undefined) return found;
  const where = tenant === undefined ? 'in the environment of this key' : `of ${tenant}`;
  throw new Error(`There is no endpoint ${endpointId}, or not ${where}.`);
}
