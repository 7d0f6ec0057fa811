import { newUuid } from '../../store/newUuid.js';
import { formatProblem } from '../../domain/formats/formatProblem.js';
import { formats } from '../../domain/formats/index.js';
import { gateOf } from '../../domain/gate.js';
import { deliveryIdOf, showId } from '../../domain/ids.js';
import { defaultRetryScheduleSeconds } from '../../domain/limits.js';
import { type EndpointMatcher, matchEndpoint } from '../../domain/matching.js';
import type { Problem } from '../../domain/problem.js';
import type { TenantRef } from '../../domain/refs.js';
import type { AcceptedEvent } from '../../store/acceptEvents.js';
import type { OneOffEndpoint } from '../../store/oneOffEndpoints.js';
import type { EndpointToMatch } from '../../store/readForAccept.js';
import type { SubmittedEvent } from './parseEvent.js';

/** An endpoint that wants the event, however it came to. */
type EndpointToDeliver = Omit<EndpointToMatch, keyof EndpointMatcher> & { isOneOff?: true };

/**
 * What accepting an event writes: the event, a delivery per endpoint that wants it, a body per format. Or why it is
 * refused: an endpoint wants it in a format that can't carry its data. No I/O.
 */
export function planEvent(
  { environment, tenant }: TenantRef,
  { type, timestamp, attributes = {}, data, dataText, headers = {}, endpoint }: SubmittedEvent,
  endpoints: readonly EndpointToMatch[],
  { acceptedAt, cloudEventsSource }: { acceptedAt: Date; cloudEventsSource: string },
): AcceptedEvent | Problem {
  const id = newUuid(acceptedAt.getTime());
  const occurredAt = timestamp ?? acceptedAt.toISOString();
  const oneOff: OneOffEndpoint | null =
    endpoint === undefined
      ? null
      : {
          endpointId: newUuid(acceptedAt.getTime()),
          environment,
          tenant,
          url: endpoint.url,
          format: endpoint.format ?? 'standard',
          secret: endpoint.secret ?? null,
        };
  const wanting: EndpointToDeliver[] = [
    ...endpoints.filter((one) => matchEndpoint(one, { type, attributes, data }).matched),
    ...(oneOff === null ? [] : [openOneOff(oneOff)]),
  ];
  const refusal = formatProblem(wanting, dataText);
  if (refusal !== null) return refusal;
  const input = {
    id: showId('event', id),
    type,
    timestamp: occurredAt,
    data: dataText,
    source: cloudEventsSource,
  };
  const wantedFormats = [...new Set(wanting.map(({ format }) => format))];
  return {
    id,
    environment,
    tenant,
    type,
    occurredAt,
    attributes,
    data: dataText,
    acceptedAt,
    bodies: wantedFormats.map((format) => ({ format, ...formats[format].render(input) })),
    headers,
    oneOff,
    deliveries: wanting.map((wanted) => {
      const gate = gateOf(wanted);
      return {
        id: deliveryIdOf(id, wanted.id),
        endpointId: wanted.id,
        format: wanted.format,
        state: gate.open ? 'pending' : gate.becomes,
        reason: gate.open ? null : gate.reason,
        scheduleSeconds: wanted.retrySchedule ?? defaultRetryScheduleSeconds,
      };
    }),
    outbox: null,
    idempotency: null,
  };
}

/** It has the default schedule, and nothing can close it. */
function openOneOff({ endpointId, format }: OneOffEndpoint): EndpointToDeliver {
  return {
    id: endpointId,
    format,
    retrySchedule: null,
    enabled: true,
    deleted: false,
    disabledReason: null,
    isOneOff: true,
  };
}
