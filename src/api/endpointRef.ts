import type { EndpointRef } from '../domain/refs.js';
import { bareId } from './bareId.js';
import type { Principal } from './principal.js';

/** The endpoint that a request is about. */
export function endpointRef(request: {
  principal: Principal;
  params: { tenant: string; endpointId: string };
}): EndpointRef {
  const { principal, params } = request;
  return {
    environment: principal.environment,
    tenant: params.tenant,
    endpointId: bareId('endpoint', params.endpointId),
  };
}
