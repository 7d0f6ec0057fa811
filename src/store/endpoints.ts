import type { Actor } from '../domain/audit.js';
import { auditEndpoint } from './auditEndpoint.js';
import { endpointChanges, type EndpointDefinition } from './endpointDefinition.js';
import { newUuid } from './newUuid.js';
import { secretKind } from '../domain/signing/secretKind.js';
import type { SignatureName } from '../domain/signing/signatureNames.js';
import { signaturesProblem } from '../domain/signing/signaturesProblem.js';
import { Problem } from '../domain/problem.js';
import type { EndpointRef, TenantRef } from '../domain/refs.js';
import type { DisabledReason, EndpointState, Environment } from '../domain/words.js';
import { refuseOverLimit, refuseOverScopeLimit, type ScopeLimits } from './endpointLimits.js';
import { openTarget, type SealedTarget, sealTarget } from './endpointSealing.js';
import { endpointStateConditions } from './endpointStateSql.js';
import { insertSecret, readLiveSecrets } from './endpointSecrets.js';
import { isTheEndpoint } from './isTheEndpoint.js';
import { unblockAll } from './orderingHeads.js';
import type { Page } from './page.js';
import { inTransaction, type Pool, type Queryable } from './pool.js';
import type { Sealer } from './sealer.js';
import { lockKnownTenant, lockTenant } from './tenants.js';
import { wakeRunningDrains } from './wakes.js';

export interface EndpointRecord extends EndpointDefinition {
  /** The bare UUID. */
  id: string;
  environment: Environment;
  tenant: string;
  enabled: boolean;
  disabledReason: DisabledReason | null;
  disabledAt: Date | null;
  /** Null: its owner doesn't hold it. */
  pausedAt: Date | null;
  /** Attempts that failed since the last that didn't, and since when. */
  consecutiveFailures: number;
  failingSince: Date | null;
  /** Since when it is only probed; null: it isn't. */
  circuitOpenedAt: Date | null;
  nextProbeAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
}

type EndpointRow = Omit<EndpointRecord, 'headers'> & SealedTarget;

const columns = `id, environment, tenant, url, url_query_sealed AS "urlQuerySealed",
  event_types AS "eventTypes", filters, match, require, scope, format, signatures, headers_sealed AS "headersSealed",
  retry_schedule AS "retrySchedule", timeout_ms AS "timeoutMs", batch_size AS "batchSize",
  rate_limit_per_second AS "rateLimitPerSecond", max_in_flight AS "maxInFlight", ordered, on_failure AS "onFailure",
  trace_context AS "traceContext",
  description, metadata, enabled, disabled_reason AS "disabledReason", disabled_at AS "disabledAt",
  paused_at AS "pausedAt", consecutive_failures AS "consecutiveFailures", failing_since AS "failingSince",
  circuit_opened_at AS "circuitOpenedAt", next_probe_at AS "nextProbeAt", created_at AS "createdAt",
  updated_at AS "updatedAt"`;

/** Creates an endpoint and its first secret, and the tenant if need be. Throws `endpoint_limit`, `scope_limit`. */
export async function createEndpoint(
  pool: Pool,
  sealer: Sealer,
  tenantRef: TenantRef,
  { enabled, secret, ...definition }: EndpointDefinition & { enabled: boolean; secret: string },
  limits: ScopeLimits,
  by: Actor,
): Promise<EndpointRecord> {
  const endpoint = { ...tenantRef, endpointId: newUuid() };
  return inTransaction(pool, async (client) => {
    await lockTenant(client, tenantRef);
    await refuseOverLimit(client, tenantRef, definition, limits);
    const { rows } = await client.query<EndpointRow>(
      `INSERT INTO endpoints (id, environment, tenant, url, url_query_sealed, headers_sealed,
         event_types, filters, match, require, format, retry_schedule, timeout_ms, description,
         metadata, signatures, scope, batch_size, rate_limit_per_second, max_in_flight, ordered, on_failure,
         trace_context, ordered_since, enabled, disabled_reason, disabled_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23,
         CASE WHEN $21 THEN now() END, $24, CASE WHEN NOT $24 THEN 'owner' END, CASE WHEN NOT $24 THEN now() END)
       RETURNING ${columns}`,
      [...definitionParameters(sealer, endpoint, definition), enabled],
    );
    await insertSecret(client, sealer, endpoint, { secret, version: 1 });
    const record = openOnly(sealer, rows);
    const changes = endpointChanges(null, record);
    await auditEndpoint(client, endpoint, { action: 'endpoint.created', changes }, by);
    return record;
  });
}

/** Null: any. */
export interface EndpointFilter {
  environment: Environment;
  tenant: string | null;
  /** The bare UUID. */
  endpointId: string | null;
  state: EndpointState | null;
}

/** Endpoints that match, newest first, up to `limit + 1`; deleted and one-off ones are not among them. */
export async function listEndpoints(
  db: Queryable,
  sealer: Sealer,
  { environment, tenant, endpointId, state }: EndpointFilter,
  page: Page<string>,
): Promise<EndpointRecord[]> {
  const { rows } = await db.query<EndpointRow>(
    `SELECT ${columns} FROM endpoints e
     WHERE environment = $1 AND ($2::text IS NULL OR tenant = $2) AND deleted_at IS NULL AND NOT one_off
       AND ($3::uuid IS NULL OR id < $3) AND ($5::uuid IS NULL OR id = $5)
       AND ${state === null ? 'true' : endpointStateConditions[state]}
     ORDER BY id DESC LIMIT $4`,
    [environment, tenant, page.after, page.limit + 1, endpointId],
  );
  return rows.map((row) => openRow(sealer, row));
}

/** Null if there is none, or if it was deleted or is a one-off. */
export async function readEndpoint(
  db: Queryable,
  sealer: Sealer,
  { environment, tenant, endpointId }: EndpointRef,
): Promise<EndpointRecord | null> {
  const { rows } = await db.query<EndpointRow>(
    `SELECT ${columns} FROM endpoints WHERE ${isTheEndpoint}`,
    [endpointId, environment, tenant],
  );
  return rows[0] === undefined ? null : openRow(sealer, rows[0]);
}

/**
 * Replaces the definition by what `change` makes of it, the row locked meanwhile, so that two changes at once both
 * count. What `change` throws leaves the endpoint as it was. Null if there is none. Throws `scope_limit`.
 */
export async function changeEndpoint(
  pool: Pool,
  sealer: Sealer,
  endpoint: EndpointRef,
  change: (current: EndpointDefinition) => EndpointDefinition,
  limits: ScopeLimits,
  by: Actor,
): Promise<EndpointRecord | null> {
  const { environment, tenant, endpointId } = endpoint;
  return inTransaction(pool, async (client) => {
    // Before the endpoint, as whoever creates one: a scope is counted by one at a time.
    await lockKnownTenant(client, endpoint);
    const found = await client.query<EndpointRow>(
      `SELECT ${columns} FROM endpoints WHERE ${isTheEndpoint} FOR UPDATE`,
      [endpointId, environment, tenant],
    );
    if (found.rows[0] === undefined) return null;
    const current = openRow(sealer, found.rows[0]);
    const definition = change(current);
    const moves = definition.scope !== current.scope || definition.format !== current.format;
    if (moves) await refuseOverScopeLimit(client, endpoint, definition, limits);
    await refuseUnfitSignatures(client, sealer, endpoint, definition.signatures);
    const { rows } = await client.query<EndpointRow>(
      `UPDATE endpoints SET url = $4, url_query_sealed = $5, headers_sealed = $6, event_types = $7,
         filters = $8, match = $9, require = $10, format = $11, retry_schedule = $12,
         timeout_ms = $13, description = $14, metadata = $15, signatures = $16,
         scope = $17, batch_size = $18, rate_limit_per_second = $19, max_in_flight = $20, ordered = $21,
         on_failure = $22, trace_context = $23, ordered_since = CASE WHEN $21 THEN coalesce(ordered_since, now()) END,
         next_probe_at = CASE WHEN $24 AND circuit_opened_at IS NOT NULL THEN now() ELSE next_probe_at END,
         updated_at = now()
       WHERE ${isTheEndpoint} RETURNING ${columns}`,
      [...definitionParameters(sealer, endpoint, definition), definition.url !== current.url],
    );
    // So that a raised rate or a mended URL counts at once.
    await wakeRunningDrains(client, [endpointId]);
    if (!blocksOnFailure(definition)) await unblockAll(client, endpointId);
    const record = openOnly(sealer, rows);
    const changes = endpointChanges(current, record);
    await auditEndpoint(client, endpoint, { action: 'endpoint.changed', changes }, by);
    return record;
  });
}

/** The endpoint's row is locked, so that no rotation comes between. */
async function refuseUnfitSignatures(
  db: Queryable,
  sealer: Sealer,
  endpoint: EndpointRef,
  signatures: readonly SignatureName[],
): Promise<void> {
  if (signatures.length === 0) return;
  const [newest] = await readLiveSecrets(db, sealer, endpoint);
  if (newest === undefined) throw new Error('The endpoint has no live secret');
  const detail = signaturesProblem(signatures, secretKind(newest.secret));
  if (detail !== null) {
    throw new Problem('invalid_request', `/signatures: ${detail}; rotate to one first.`, [
      { pointer: '/signatures', detail },
    ]);
  }
}

/** The parameters $1 to $22 of the statements above. */
function definitionParameters(
  sealer: Sealer,
  endpoint: EndpointRef,
  definition: EndpointDefinition,
): unknown[] {
  const { url, urlQuerySealed, headersSealed } = sealTarget(sealer, endpoint, definition);
  return [
    endpoint.endpointId,
    endpoint.environment,
    endpoint.tenant,
    url,
    urlQuerySealed,
    headersSealed,
    definition.eventTypes,
    JSON.stringify(definition.filters),
    definition.match,
    JSON.stringify(definition.require),
    definition.format,
    definition.retrySchedule,
    definition.timeoutMs,
    definition.description,
    JSON.stringify(definition.metadata),
    definition.signatures,
    definition.scope,
    definition.batchSize,
    definition.rateLimitPerSecond,
    definition.maxInFlight,
    definition.ordered,
    definition.onFailure,
    definition.traceContext,
  ];
}

function blocksOnFailure({ ordered, onFailure }: EndpointDefinition): boolean {
  return ordered && onFailure === 'block';
}

function openOnly(sealer: Sealer, rows: readonly EndpointRow[]): EndpointRecord {
  if (rows[0] === undefined) throw new Error('The statement returned no endpoint');
  return openRow(sealer, rows[0]);
}

function openRow(sealer: Sealer, row: EndpointRow): EndpointRecord {
  const { urlQuerySealed, headersSealed, ...shown } = row;
  const endpoint = { environment: row.environment, tenant: row.tenant, endpointId: row.id };
  return {
    ...shown,
    ...openTarget(sealer, endpoint, { url: row.url, urlQuerySealed, headersSealed }),
  };
}
