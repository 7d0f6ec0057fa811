import type { z } from 'zod';
import { viewOf } from '../catalogs/viewOf.js';
import { showId } from '../domain/ids.js';
import type { EndpointDefinition } from '../store/endpointDefinition.js';
import type { EndpointRecord } from '../store/endpoints.js';
import { isoOrNull } from './isoOrNull.js';
import { endpointDefaults } from './schemas/endpointFields.js';
import type { endpointShown } from './schemas/endpointSchemas.js';

type Shown = z.output<typeof endpointShown>;
/** What of it is not its owner's to say. */
type Given =
  | 'id'
  | 'tenant'
  | 'disabledReason'
  | 'disabledAt'
  | 'pausedAt'
  | 'health'
  | 'createdAt'
  | 'updatedAt';

/** An endpoint as its owner sees it: the URL whole, no secret, of the custom headers the names alone. */
export function showEndpoint(record: EndpointRecord): Shown {
  return {
    id: showId('endpoint', record.id),
    tenant: record.tenant,
    ...showEndpointDefinition(record),
    disabledReason: record.disabledReason,
    disabledAt: isoOrNull(record.disabledAt),
    pausedAt: isoOrNull(record.pausedAt),
    health: {
      consecutiveFailures: record.consecutiveFailures,
      failingSince: isoOrNull(record.failingSince),
      circuitOpenedAt: isoOrNull(record.circuitOpenedAt),
      nextProbeAt: isoOrNull(record.nextProbeAt),
    },
    createdAt: record.createdAt.toISOString(),
    updatedAt: record.updatedAt.toISOString(),
  };
}

/** The part that its owner decides, with its defaults. */
export function showEndpointDefinition(
  definition: EndpointDefinition & { enabled: boolean },
): Omit<Shown, Given> {
  return {
    url: definition.url,
    eventTypes: definition.eventTypes,
    filters: definition.filters,
    match: definition.match,
    require: definition.require,
    scope: definition.scope,
    format: definition.format,
    signatures: definition.signatures,
    headerNames: Object.keys(definition.headers),
    retrySchedule: definition.retrySchedule ?? [...endpointDefaults.retrySchedule],
    timeoutMs: definition.timeoutMs ?? endpointDefaults.timeoutMs,
    batchSize: definition.batchSize ?? endpointDefaults.batchSize,
    rateLimitPerSecond: definition.rateLimitPerSecond,
    maxInFlight: definition.maxInFlight,
    ordered: definition.ordered,
    onFailure: definition.onFailure,
    traceContext: definition.traceContext,
    description: definition.description,
    metadata: definition.metadata,
    enabled: definition.enabled,
    view: viewOf(definition.format, definition),
  };
}
