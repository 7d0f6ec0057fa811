import type { EndpointRef } from '../domain/refs.js';
import { showTraceParent, type TraceParent } from '../domain/traceParent.js';
import type { EndpointToSend } from '../store/claimDeliveries.js';
import { openTarget, secretContext } from '../store/endpointSealing.js';
import type { Sealer } from '../store/sealer.js';
import { composeRequest, type ComposedRequest, type RequestParts } from './composeRequest.js';
import { mergeHeaders } from './mergeHeaders.js';

/** What is sent to an endpoint, in its format. */
interface Sent extends Pick<RequestParts, 'webhookId' | 'body' | 'contentType' | 'formatHeaders'> {
  /** Those given with the event; they win over the endpoint's own of the same name. */
  eventHeaders?: Record<string, string>;
  /** Sent where the endpoint asks for it; null: there is none. */
  traceParent: TraceParent | null;
}

/** A request to an endpoint as it is stored now, its address and secrets opened; signed now. */
export function endpointRequest(
  sealer: Sealer,
  ref: EndpointRef,
  endpoint: EndpointToSend,
  { eventHeaders = {}, traceParent, ...sent }: Sent,
): ComposedRequest {
  const { url, headers } = openTarget(sealer, ref, endpoint);
  return composeRequest({
    ...sent,
    url,
    customHeaders: mergeHeaders(headers, eventHeaders),
    secrets: endpoint.secrets.map(({ id, version, sealed }) =>
      sealer.open(sealed, secretContext(ref, id, version)),
    ),
    signatures: endpoint.signatures,
    traceParent:
      endpoint.traceContext && traceParent !== null ? showTraceParent(traceParent) : null,
    nowMs: Date.now(),
  });
}
