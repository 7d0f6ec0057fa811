import type { Actor } from '../domain/audit.js';
import type { DeliveryRef, EndpointRef } from '../domain/refs.js';
import type { Environment } from '../domain/words.js';
import type { TraceParent } from '../domain/traceParent.js';
import type { ImportRecord, ImportRef } from '../store/imports.js';

/** One POST of an event, as the route received it. */
export interface AcceptRequest {
  environment: Environment;
  tenant: string;
  /** Of the request; null or absent: it is in no trace. */
  traceParent?: TraceParent | null;
  /** The raw bytes of the body; checked for strict UTF-8, syntax and shape by the intake. */
  rawBody: Uint8Array;
  idempotencyKey: string | null;
}

/** Many events at once, each accepted or refused alone. */
export interface BulkRequest {
  environment: Environment;
  tenant: string;
  /** Of the request, and so of each line. */
  traceParent?: TraceParent | null;
  /** The raw bytes of each line; the caller bounds how many. */
  lines: readonly Uint8Array[];
  maxLineBytes: number;
}

export interface AcceptResult {
  status: 202;
  /** The JSON text of the answer; the same for every replay. */
  body: string;
  replayed: boolean;
}

export type RetryResult = 'brought forward' | 'new round';

/**
 * What the API does to events and deliveries. All of it is written to Postgres first, and told to Temporal after.
 * Refusals are thrown as `Problem`s (src/api knows how to show them). `by`: on whose behalf, for the audit log.
 */
export interface Intake {
  accept(request: AcceptRequest): Promise<AcceptResult>;
  /** One result per line, in their order. */
  acceptBulk(request: BulkRequest): Promise<PromiseSettledResult<AcceptResult>[]>;
  /** Makes the events of an import; the JSON text of the answer. Refusals as of events, and `import_not_open` (409). */
  completeImport(ref: ImportRef, traceParent: TraceParent | null): Promise<string>;
  /** Ids are bare UUIDs; unknown or another tenant's: `not_found`. Disabled or deleted endpoint: `endpoint_closed` (409); its rows have expired: `rows_expired_resend` (409); what its event carried isn't kept any more: `payload_expired_resend` (409); its event has: `event_expired` (409). */
  retryDelivery(delivery: DeliveryRef, by: Actor): Promise<RetryResult>;
  /** A final delivery, but for one that failed and holds up its order: `delivery_final` (409). */
  cancelDelivery(delivery: DeliveryRef, by: Actor): Promise<void>;
  /** All deliveries that bring its rows; an import that is open or cancelled: 409. */
  pauseImport(ref: ImportRef, by: Actor): Promise<ImportRecord>;
  resumeImport(ref: ImportRef, by: Actor): Promise<ImportRecord>;
  /** Idempotent. */
  cancelImport(ref: ImportRef, by: Actor): Promise<ImportRecord>;
  /** Closes the gate: open deliveries become queued. Idempotent. */
  disableEndpoint(endpoint: EndpointRef, by: Actor): Promise<void>;
  /** Opens the gate: queued deliveries are sent again. Idempotent. */
  enableEndpoint(endpoint: EndpointRef, by: Actor): Promise<void>;
  /** Holds an endpoint that stays enabled: open deliveries become queued. Idempotent. */
  pauseEndpoint(endpoint: EndpointRef, by: Actor): Promise<void>;
  /** Queued deliveries are sent again. Idempotent. */
  resumeEndpoint(endpoint: EndpointRef, by: Actor): Promise<void>;
  /** Marks it deleted; its open deliveries are cancelled. */
  deleteEndpoint(endpoint: EndpointRef, by: Actor): Promise<void>;
}
