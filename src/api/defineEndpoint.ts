import type { AddressGuard } from '../delivery/address/addressGuard.js';
import type { EndpointDefinition } from '../store/endpointDefinition.js';
import { endpointUrl } from './endpointUrl.js';
import { endpointDefaults } from './schemas/endpointFields.js';
import type { EndpointDefinitionInput } from './schemas/endpointSchemas.js';

/**
 * What is stored of an endpoint's definition. The default schedule and time-out are stored as null, so that an endpoint
 * that left them alone follows later versions. Throws `invalid_request` where the URL may not be sent to.
 */
export function defineEndpoint(
  guard: AddressGuard,
  { url, eventTypes, ...given }: EndpointDefinitionInput,
): EndpointDefinition {
  return {
    url: endpointUrl(guard, url),
    eventTypes: [...new Set(eventTypes)],
    filters: given.filters ?? endpointDefaults.filters,
    match: given.match ?? endpointDefaults.match,
    require: given.require ?? endpointDefaults.require,
    scope: given.scope ?? null,
    format: given.format ?? endpointDefaults.format,
    signatures: [...new Set(given.signatures ?? endpointDefaults.signatures)],
    headers: given.headers ?? endpointDefaults.headers,
    retrySchedule: given.retrySchedule ?? null,
    timeoutMs: given.timeoutMs ?? null,
    batchSize: given.batchSize ?? null,
    rateLimitPerSecond: given.rateLimitPerSecond ?? endpointDefaults.rateLimitPerSecond,
    maxInFlight: given.maxInFlight ?? endpointDefaults.maxInFlight,
    ordered: given.ordered ?? endpointDefaults.ordered,
    onFailure: given.onFailure ?? endpointDefaults.onFailure,
    traceContext: given.traceContext ?? endpointDefaults.traceContext,
    description: given.description ?? endpointDefaults.description,
    metadata: given.metadata ?? endpointDefaults.metadata,
  };
}
