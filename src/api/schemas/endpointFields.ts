import { z } from 'zod';
import { customHeadersField } from '../../delivery/customHeadersField.js';
import { secretProblem } from '../../delivery/signing/secretKey.js';
import { secretKinds } from '../../domain/signing/secretKind.js';
import { signatureNames } from '../../domain/signing/signatureNames.js';
import { signatures } from '../../delivery/signing/signatures.js';
import { attributeNameProblem, attributeValueProblem } from '../../domain/attributes.js';
import { subscriptionPattern } from '../../domain/eventTypeName.js';
import { describeFormats, formatNames } from '../../catalogs/formats.js';
import { scopeTextProblem } from '../../domain/endpointScope.js';
import {
  defaultBatchSize,
  defaultBatchTimeoutMs,
  defaultRetryScheduleSeconds,
  defaultTimeoutMs,
  maxBatchSize,
  maxMaxInFlight,
  maxRateLimitPerSecond,
  maxRetries,
  maxRetryWaitSeconds,
  maxTimeoutMs,
  maxUrlLength,
  minRateLimitPerSecond,
  minTimeoutMs,
} from '../../domain/limits.js';
import { failureOrders } from '../../domain/words.js';
import { judged } from '../../intake/accept/judged.js';
import { metadata } from './metadata.js';
import { plainText } from './plainText.js';

const maxEventTypes = 100;
const maxFilters = 20;
const maxFilterValues = 100;

const signatureList = signatureNames
  .map((name) => `\`${name}\`: ${signatures[name].description}`)
  .join('; ');

const attributeFilters = z
  .record(
    judged(attributeNameProblem),
    z
      .array(judged(attributeValueProblem))
      .min(1, 'List at least one value, or leave the attribute out')
      .max(maxFilterValues),
  )
  .refine(
    (filters) => Object.keys(filters).length <= maxFilters,
    `At most ${maxFilters} attributes`,
  );

/** The fields of an endpoint that may be set at any time, without their defaults. */
export const endpointFields = {
  url: z.string().min(1).max(maxUrlLength).describe('Where requests go; a public https: address'),
  eventTypes: z
    .array(
      z
        .string()
        .regex(subscriptionPattern, 'An entry is an event type, `flow.*` for all below it, or `*`'),
      'Required: a list of event types; ["*"] for all',
    )
    .min(1)
    .max(maxEventTypes)
    .describe('Event types; `flow.*` for all below it, at any depth; `*` for all'),
  filters: attributeFilters.describe(
    'Attribute → accepted values. An attribute is a name, or a pointer into the data: `data./status`',
  ),
  match: z.enum(['any', 'all']).describe('How many of the filters must match'),
  require: attributeFilters.describe(
    'Attribute → accepted values; every one must match, besides `filters`',
  ),
  scope: judged(scopeTextProblem).describe(
    'What the endpoint is for, as `<attribute>:<value>`: it gets events with that attribute alone; the formats of some catalogs need one, and bound the endpoints in it',
  ),
  format: z.enum(formatNames).describe(describeFormats()),
  signatures: z
    .array(z.enum(signatureNames))
    .max(signatureNames.length)
    .describe(`Made beside that of Standard Webhooks. ${signatureList}`),
  headers: customHeadersField.describe(
    'Sent with every request; kept encrypted, so answers show only their names',
  ),
  retrySchedule: z
    .array(z.number().min(0).max(maxRetryWaitSeconds))
    .max(maxRetries)
    .describe('Seconds to wait before each further attempt; empty: a single attempt'),
  timeoutMs: z
    .int()
    .min(minTimeoutMs)
    .max(maxTimeoutMs)
    .describe(
      `How long the receiver may take to answer; unless given, ${defaultBatchTimeoutMs} for a batch of an import's rows`,
    ),
  batchSize: z
    .int()
    .min(1)
    .max(maxBatchSize)
    .describe("Rows in a request, of an import's; an import may say otherwise for itself"),
  rateLimitPerSecond: z
    .number()
    .min(minRateLimitPerSecond)
    .max(maxRateLimitPerSecond)
    .describe('Requests per second at most, fractions allowed; null: no bound'),
  maxInFlight: z
    .int()
    .min(1)
    .max(maxMaxInFlight)
    .describe('Requests under way at once at most; null: no bound'),
  ordered: z
    .boolean()
    .describe(
      "Whether the events of an `orderingKey` are sent one after the other; an import's rows aren't in it",
    ),
  onFailure: z
    .enum(failureOrders)
    .describe(
      'Where `ordered`, what becomes of those after one that failed. `block`: they wait until it is retried or cancelled; `skip`: they go on',
    ),
  traceContext: z
    .boolean()
    .describe(
      "Whether requests carry a `traceparent` (W3C Trace Context): of the service's own span of the attempt, or, where it records none, as it came with the event",
    ),
  description: plainText(0, 1_000),
  metadata,
  enabled: z.boolean().describe('While false, deliveries are queued'),
};

export const endpointDefaults = {
  filters: {},
  match: 'any',
  require: {},
  format: 'standard',
  signatures: [],
  headers: {},
  retrySchedule: [...defaultRetryScheduleSeconds],
  timeoutMs: defaultTimeoutMs,
  batchSize: defaultBatchSize,
  rateLimitPerSecond: null,
  maxInFlight: null,
  ordered: false,
  onFailure: 'block',
  traceContext: false,
  description: '',
  metadata: {},
  enabled: true,
} as const;

export const secretField = judged(secretProblem).describe(
  'Signs the requests: `whsec_` and base64 of 24 to 64 bytes; any other text; or `whsk_` and base64 of an ed25519 key pair (seed, public key). Made when absent',
);

/** A secret, or of which kind one is to be made. */
export const secretChoice = {
  secret: secretField.optional(),
  secretKind: z
    .enum(secretKinds)
    .optional()
    .describe(
      'What to make where no `secret` is given: `hmac` a `whsec_…`, `ed25519` a key pair; `hmac`, or when rotating the kind of the newest, unless told',
    ),
};

/** Refuses a secret together with the wish for one to be made. */
export function refuseTwoChoices(
  { secret, secretKind }: { secret?: unknown; secretKind?: unknown },
  context: z.RefinementCtx,
): void {
  if (secret === undefined || secretKind === undefined) return;
  const message = 'Says what to make where no `secret` is given; leave out one of the two';
  context.addIssue({ code: 'custom', message, path: ['secretKind'] });
}
