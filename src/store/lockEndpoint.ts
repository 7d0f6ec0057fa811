import type { PoolClient } from 'pg';
import type { EndpointRef } from '../domain/refs.js';
import type { SignatureName } from '../domain/signing/signatureNames.js';
import { isTheEndpoint } from './isTheEndpoint.js';

/** Locks an endpoint, so that its signatures stay what they are; null if there is none. */
export async function lockEndpoint(
  client: PoolClient,
  { environment, tenant, endpointId }: EndpointRef,
): Promise<{ signatures: SignatureName[] } | null> {
  const { rows } = await client.query<{ signatures: SignatureName[] }>(
    `SELECT signatures FROM endpoints WHERE ${isTheEndpoint} FOR UPDATE`,
    [endpointId, environment, tenant],
  );
  return rows[0] ?? null;
}
