import { hostname } from 'node:os';
import { dataOf, type EverhookClient } from '../../client/index.js';
import { processIdentity } from '../../embedded/processIdentity.js';
import { createEndpoint, type NewEndpoint } from '../createEndpoint.js';

/** Marks an endpoint as one that a process made for as long as it runs: `<host>/<pid>`. */
const mark = 'everhookListen';
/** More than the endpoints that a tenant may have fit on these. */
const maxPages = 4;

export interface TemporaryEndpoint {
  id: string;
  remove(): Promise<void>;
}

/** Makes an endpoint for as long as this process runs, and removes those that processes killed on this host have left. */
export async function makeTemporaryEndpoint(
  client: EverhookClient,
  tenant: string,
  wanted: NewEndpoint,
  signal: AbortSignal,
): Promise<TemporaryEndpoint> {
  await removeLeftEndpoints(client, tenant, signal);
  const marked = { ...wanted, metadata: { [mark]: `${hostname()}/${process.pid}` } };
  const id = await createEndpoint(client, tenant, marked, signal);
  return { id, remove: () => removeEndpoint(client, tenant, id) };
}

async function removeLeftEndpoints(
  client: EverhookClient,
  tenant: string,
  signal: AbortSignal,
): Promise<void> {
  let cursor: string | undefined;
  for (let page = 1; page <= maxPages; page += 1) {
    const query = { limit: 250, ...(cursor === undefined ? {} : { cursor }) };
    const { data, nextCursor } = await dataOf(
      client.GET('/v1/tenants/{tenant}/endpoints', {
        params: { path: { tenant }, query },
        signal,
      }),
    );
    for (const { id, metadata } of data) {
      if (isLeft(metadata[mark])) await removeEndpoint(client, tenant, id);
    }
    if (nextCursor === null) return;
    cursor = nextCursor;
  }
}

/** Whether an endpoint's mark names a process of this host that has ended. */
function isLeft(marked: string | undefined): boolean {
  const [host, pid] = marked?.split('/') ?? [];
  return host === hostname() && pid !== undefined && processIdentity(Number(pid)) === undefined;
}

async function removeEndpoint(client: EverhookClient, tenant: string, id: string): Promise<void> {
  const path = { tenant, endpointId: id };
  const { response, error } = await client.DELETE('/v1/tenants/{tenant}/endpoints/{endpointId}', {
    params: { path },
  });
  // Another process that started at the same moment was faster.
  if (response.status === 404) return;
  await dataOf(Promise.resolve({ error, response }));
}
