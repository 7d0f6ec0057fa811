import { dataOf, type components, type EverhookClient } from '../../client/index.js';

type ShownEndpoint = components['schemas']['Endpoint'];

const pageSize = 100;

/** Gives every endpoint of a tenant a new secret, one after the other; tells of each that has it. */
export async function* rotateAll(
  client: EverhookClient,
  tenant: string,
  overlapSeconds: number,
): AsyncGenerator<ShownEndpoint> {
  let cursor: string | null = null;
  do {
    const query = { limit: pageSize, ...(cursor === null ? {} : { cursor }) };
    const page: { data: ShownEndpoint[]; nextCursor: string | null } = await dataOf(
      client.GET('/v1/tenants/{tenant}/endpoints', { params: { path: { tenant }, query } }),
    );
    for (const endpoint of page.data) {
      const params = { path: { tenant, endpointId: endpoint.id } };
      await dataOf(
        client.POST('/v1/tenants/{tenant}/endpoints/{endpointId}/secret/rotate', {
          params,
          body: { overlapSeconds },
        }),
      );
      yield endpoint;
    }
    cursor = page.nextCursor;
  } while (cursor !== null);
}
