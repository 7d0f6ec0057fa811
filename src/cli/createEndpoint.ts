import { dataOf, type components, type EverhookClient } from '../client/index.js';

export type NewEndpoint = components['schemas']['NewEndpoint'];

/** Creates an endpoint and gives its shown id. */
export async function createEndpoint(
  client: EverhookClient,
  tenant: string,
  body: NewEndpoint,
  signal: AbortSignal,
): Promise<string> {
  const params = { path: { tenant } };
  const made = await dataOf(
    client.POST('/v1/tenants/{tenant}/endpoints', { params, body, signal }),
  );
  // The type is also that of the answer to `dryRun`, which was not asked for.
  if ('id' in made) return made.id;
  throw new Error('The service answered as to a dry run');
}
