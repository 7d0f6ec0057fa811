import type { z } from 'zod';
import type { EndpointDefinition } from '../store/endpointDefinition.js';
import { mergePatch } from './mergePatch.js';
import { invalid } from './plugins/zodSchemas.js';
import {
  endpointDefinition,
  type EndpointDefinitionInput,
  type endpointPatch,
} from './schemas/endpointSchemas.js';

/** The definition with the patch merged in, checked as a whole. Throws `invalid_request`. */
export function patchEndpoint(
  current: EndpointDefinition,
  patch: Omit<z.output<typeof endpointPatch>, 'enabled'>,
): EndpointDefinitionInput {
  const result = endpointDefinition.safeParse(mergePatch(asInput(current), patch));
  if (!result.success) throw invalid(result.error.issues, 'body');
  return result.data;
}

/** What would have to be given to get this definition: defaults that follow later versions are left out. */
function asInput(current: EndpointDefinition): EndpointDefinitionInput {
  return {
    url: current.url,
    eventTypes: current.eventTypes,
    filters: current.filters,
    match: current.match,
    require: current.require,
    ...(current.scope === null ? {} : { scope: current.scope }),
    format: current.format,
    signatures: current.signatures,
    headers: current.headers,
    ...(current.retrySchedule === null ? {} : { retrySchedule: current.retrySchedule }),
    ...(current.timeoutMs === null ? {} : { timeoutMs: current.timeoutMs }),
    ...(current.batchSize === null ? {} : { batchSize: current.batchSize }),
    ...(current.rateLimitPerSecond === null
      ? {}
      : { rateLimitPerSecond: current.rateLimitPerSecond }),
    ...(current.maxInFlight === null ? {} : { maxInFlight: current.maxInFlight }),
    ordered: current.ordered,
    onFailure: current.onFailure,
    traceContext: current.traceContext,
    description: current.description,
    metadata: current.metadata,
  };
}
