import { newUuid } from '../../store/newUuid.js';
import type { CatalogSet } from '../../catalogs/catalogSet.js';
import { formatMismatch, formatOf } from '../../catalogs/formats.js';
import { matchEvent } from '../../catalogs/matchEvent.js';
import { type Gate, gateOf, openEndpoint } from '../../domain/gate.js';
import { deliveryIdOf, showId } from '../../domain/ids.js';
import { defaultBatchSize, defaultRetryScheduleSeconds } from '../../domain/limits.js';
import type { RowChoice } from '../../domain/imports/rowChoice.js';
import type { EndpointMatcher } from '../../domain/matching.js';
import { Problem } from '../../domain/problem.js';
import type { TenantRef } from '../../domain/refs.js';
import type { AcceptedEvent } from '../../store/acceptEvents.js';
import type { RowsBrought } from '../../store/insertBatchRuns.js';
import type { OneOffEndpoint } from '../../store/oneOffEndpoints.js';
import type { EndpointToMatch } from '../../store/readForAccept.js';
import { formatProblem } from './formatProblem.js';
import type { SubmittedEvent } from './parseEvent.js';
import type { MakingImport } from './submission.js';

/** An event that has its id and its time. */
export interface IdentifiedEvent extends SubmittedEvent {
  /** The bare UUID. */
  id: string;
  /** ISO 8601. */
  occurredAt: string;
}

/** What planning needs beside the event and the endpoints. */
export interface PlanContext {
  acceptedAt: Date;
  cloudEventsSource: string;
  catalogs: CatalogSet;
  /** Which rows of an import events of the type bring; null: none. */
  rows: RowChoice | null;
  madeBy: MakingImport | null;
  /** A `traceparent`; null: it is in no trace. */
  traceParent: string | null;
}

/** An endpoint that wants the event, however it came to. */
type EndpointToDeliver = Omit<EndpointToMatch, keyof EndpointMatcher> & { isOneOff?: true };

/**
 * What accepting an event writes: the event, a delivery per endpoint that wants it, a body per format. Or why it is
 * refused: an endpoint wants it in a format that can't carry its data. No I/O.
 */
export function planEvent(
  { environment, tenant }: TenantRef,
  event: IdentifiedEvent,
  endpoints: readonly EndpointToMatch[],
  { acceptedAt, cloudEventsSource, catalogs, rows, madeBy, traceParent }: PlanContext,
): AcceptedEvent | Problem {
  const { id, type, occurredAt, attributes = {}, data, dataText, headers = {}, endpoint } = event;
  const { orderingKey = null, deliverAt = null, expiresAt = null } = event;
  // In the past it is over: sent at once.
  const heldUntil =
    deliverAt !== null && Date.parse(deliverAt) > acceptedAt.getTime() ? deliverAt : null;
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
  const toMatch = { type, attributes, data, bringsRows: rows !== null };
  const wanting: EndpointToDeliver[] = [
    ...endpoints.filter((one) => matchEvent(one, toMatch, catalogs).matched),
    ...(oneOff === null ? [] : [openOneOff(oneOff)]),
  ];
  const mismatch = oneOff === null ? null : oneOffMismatch(oneOff.format, type, catalogs);
  if (mismatch !== null) return mismatch;
  const brings = madeBy === null || rows === null ? null : rowsBrought(rows, madeBy);
  // A batch is an object, which every format carries.
  const refusal = brings === null ? formatProblem(wanting, dataText) : null;
  if (refusal !== null) return refusal;
  const input = {
    id: showId('event', id),
    type,
    timestamp: occurredAt,
    data: dataText,
    source: cloudEventsSource,
  };
  const getting = brings?.totalRows === 0 ? [] : wanting;
  // Batches are rendered when they are sent.
  const wantedFormats = brings === null ? new Set(getting.map(({ format }) => format)) : [];
  return {
    id,
    environment,
    tenant,
    type,
    occurredAt,
    attributes,
    data: dataText,
    orderingKey,
    deliverAt,
    expiresAt,
    acceptedAt,
    bodies: [...wantedFormats].map((format) => ({ format, ...formatOf(format).render(input) })),
    headers,
    traceParent,
    oneOff,
    importId: madeBy?.id ?? null,
    brings,
    deliveries: getting.map((wanted) => {
      const gate: Gate = heldUntil === null ? gateOf(wanted) : { open: true };
      return {
        id: deliveryIdOf(id, wanted.id),
        endpointId: wanted.id,
        format: wanted.format,
        state: gate.open ? 'pending' : gate.becomes,
        reason: gate.open ? null : gate.reason,
        heldUntil,
        isNumbered: wanted.ordered && heldUntil === null && brings === null,
        scheduleSeconds: wanted.retrySchedule ?? defaultRetryScheduleSeconds,
        batchSize: madeBy?.batchSize ?? wanted.batchSize ?? defaultBatchSize,
      };
    }),
    outbox: null,
    idempotency: null,
  };
}

function rowsBrought(
  choice: RowChoice,
  { summary: { totalRows, validRows, invalidRows } }: MakingImport,
): RowsBrought {
  const counts = { all: totalRows, valid: validRows, invalid: invalidRows };
  return { choice, totalRows: counts[choice] };
}

/** Nobody would see a reason beside it later, as of other endpoints. */
function oneOffMismatch(format: string, type: string, on: CatalogSet): Problem | null {
  const mismatch = formatMismatch(format, type, on);
  if (mismatch === null) return null;
  const detail = `The one-off endpoint ${mismatch}`;
  return new Problem('invalid_request', `${detail}.`, [{ pointer: '/endpoint/format', detail }]);
}

/** It has the default schedule, and nothing can close it. */
function openOneOff({ endpointId, format }: OneOffEndpoint): EndpointToDeliver {
  return {
    id: endpointId,
    format,
    retrySchedule: null,
    batchSize: null,
    ...openEndpoint,
    isOneOff: true,
  };
}
