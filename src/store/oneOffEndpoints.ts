import { newUuid } from './newUuid.js';
import type { Sealer } from './sealer.js';
import type { EndpointRef } from '../domain/refs.js';
import { secretContext, sealTarget } from './endpointSealing.js';
import type { Queryable } from './pool.js';

/** An endpoint for one event alone. */
export interface OneOffEndpoint extends EndpointRef {
  /** Whole and normalized. */
  url: string;
  format: string;
  /** Null: its requests are not signed. */
  secret: string | null;
}

/**
 * Stores one-off endpoints, sealed as the others are, in the transaction that accepts their events. In a statement of
 * its own, made only where there are any: the statement that accepts stays as lean as it is.
 */
export async function insertOneOffEndpoints(
  db: Queryable,
  sealer: Sealer,
  endpoints: readonly OneOffEndpoint[],
): Promise<void> {
  if (endpoints.length === 0) return;
  const rows = endpoints.map((endpoint) => {
    const { environment, tenant, endpointId, format, url, secret } = endpoint;
    const { url: bareUrl, urlQuerySealed } = sealTarget(sealer, endpoint, { url, headers: {} });
    const secretId = secret === null ? null : newUuid();
    const secretSealed =
      secret === null || secretId === null
        ? null
        : sealer.seal(secret, secretContext(endpoint, secretId, 1));
    return {
      id: endpointId,
      environment,
      tenant,
      url: bareUrl,
      urlQuerySealed,
      format,
      secretId,
      secretSealed,
    };
  });
  await db.query(
    `WITH input AS (
       SELECT * FROM json_to_recordset($1::json) AS x("id" uuid, "environment" text, "tenant" text, "url" text,
         "urlQuerySealed" text, "format" text, "secretId" uuid, "secretSealed" text)
     ),
     made AS (
       INSERT INTO endpoints (id, environment, tenant, url, url_query_sealed, event_types, filters, match, require,
         format, description, metadata, enabled, one_off)
       SELECT "id", "environment", "tenant", "url", "urlQuerySealed", '{}', '{}', 'any', '{}', "format", '', '{}',
         true, true
       FROM input
     )
     INSERT INTO endpoint_secrets (id, endpoint_id, version, sealed)
     SELECT "secretId", "id", 1, "secretSealed" FROM input WHERE "secretId" IS NOT NULL`,
    [JSON.stringify(rows)],
  );
}
