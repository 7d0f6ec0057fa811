import {
  changesBetween,
  withoutQuery,
  withoutValues,
  type Changes,
} from '../domain/changesBetween.js';
import type { SignatureName } from '../domain/signing/signatureNames.js';
import type { FailureOrder } from '../domain/words.js';

/** What its owner decides about an endpoint, apart from its secret and whether it is enabled. */
export interface EndpointDefinition {
  /** Whole and normalized. */
  url: string;
  eventTypes: string[];
  filters: Record<string, string[]>;
  match: 'any' | 'all';
  require: Record<string, string[]>;
  /** Null: none. */
  scope: string | null;
  format: string;
  /** Made beside that of Standard Webhooks. */
  signatures: SignatureName[];
  headers: Record<string, string>;
  /** Seconds before each further attempt; null: the default schedule. */
  retrySchedule: number[] | null;
  /** Null: the default time-out. */
  timeoutMs: number | null;
  /** Rows in a request, of an import's; null: the default. */
  batchSize: number | null;
  /** Requests per second, and at once; null: no bound. */
  rateLimitPerSecond: number | null;
  maxInFlight: number | null;
  /** Whether its deliveries are sent one after the other, by ordering key. */
  ordered: boolean;
  onFailure: FailureOrder;
  /** Whether its requests carry a `traceparent`. */
  traceContext: boolean;
  description: string;
  metadata: Record<string, string>;
}

type Audited = EndpointDefinition & { enabled: boolean };

const masks = { url: withoutQuery, headers: withoutValues };

/** Every field that its owner decides about; one that is added to the definition has to be added here. */
const audited: Record<keyof Audited, true> = {
  url: true,
  eventTypes: true,
  filters: true,
  match: true,
  require: true,
  scope: true,
  format: true,
  signatures: true,
  headers: true,
  retrySchedule: true,
  timeoutMs: true,
  batchSize: true,
  rateLimitPerSecond: true,
  maxInFlight: true,
  ordered: true,
  onFailure: true,
  traceContext: true,
  description: true,
  metadata: true,
  enabled: true,
};

/** What differs between two definitions, without what is secret in them; null: there was none. */
export function endpointChanges(before: Audited | null, after: Audited): Changes {
  return changesBetween<Audited>(before && auditedOf(before), auditedOf(after), masks);
}

function auditedOf(endpoint: Audited): Audited {
  const entries = Object.entries(endpoint).filter(([name]) => name in audited);
  return Object.fromEntries(entries) as unknown as Audited;
}
