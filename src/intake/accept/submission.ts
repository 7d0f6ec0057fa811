import type { ImportSummary } from '../../catalogs/catalog.js';
import type { AddressGuard } from '../../delivery/address/addressGuard.js';
import type { TenantRef } from '../../domain/refs.js';
import type { TraceParent } from '../../domain/traceParent.js';
import type { Pool } from '../../store/pool.js';
import type { Sealer } from '../../store/sealer.js';
import type { DispatchQueue } from '../dispatch/dispatchQueue.js';
import type { DataSchemas } from '../../jsonSchema/dataSchemas.js';
import type { SubmittedEvent } from './parseEvent.js';

/** An idempotency key in its route, and what it was given with. */
export interface SubmissionKey {
  route: 'POST /events' | 'POST /events/bulk';
  key: string;
  /** Where it stands in the request, for problems. */
  pointer: string;
  /** SHA-256 of the raw body, or line. */
  fingerprint: Uint8Array;
}

/** An import that makes an event. */
export interface MakingImport {
  /** The bare UUID. */
  id: string;
  summary: ImportSummary;
  /** Rows in a batch; null: the endpoint's. */
  batchSize: number | null;
}

/** An event on its way to a group. */
export interface Submission {
  request: TenantRef;
  event: SubmittedEvent;
  /** Of the raw body, or line. */
  bytes: number;
  idempotency: SubmissionKey | null;
  /** Null: a product submitted it. */
  madeBy: MakingImport | null;
  /** Those that have the same are committed in their order; null: it follows none. */
  sequence: object | null;
  /** Of what submitted it; null: it is in no trace. */
  traceParent: TraceParent | null;
}

/** What accepting needs besides the submissions. */
export interface AcceptDeps {
  pool: Pool;
  /** Null where no dispatcher runs in this process: others poll for what was accepted. */
  dispatchQueue: DispatchQueue | null;
  schemas: DataSchemas;
  /** For what comes with an event: a one-off endpoint and headers. */
  guard: AddressGuard;
  sealer: Sealer;
  /** The `source` of CloudEvents. */
  cloudEventsSource: string;
  /** How far ahead an event may be held back. */
  maxHoldDays: number;
}
