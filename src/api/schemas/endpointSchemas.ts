import { z } from 'zod';
import { secretKind } from '../../domain/signing/secretKind.js';
import { signaturesProblem } from '../../domain/signing/signaturesProblem.js';
import { disabledReasons } from '../../domain/words.js';
import { endpointFields, refuseTwoChoices, secretChoice } from './endpointFields.js';
import { shownId, tenantId } from './params.js';
import { moment } from './moment.js';

const { url, eventTypes, ...withDefaults } = endpointFields;

/** The whole of what its owner may say about an endpoint, its secret and state apart. */
export const endpointDefinition = z.strictObject({
  url,
  eventTypes,
  ...z.strictObject(withDefaults).omit({ enabled: true }).partial().shape,
});
export type EndpointDefinitionInput = z.output<typeof endpointDefinition>;

export const newEndpoint = endpointDefinition
  .extend({ ...secretChoice, enabled: endpointFields.enabled.optional() })
  .superRefine(refuseTwoChoices)
  .superRefine(({ secret, secretKind: wanted = 'hmac', signatures = [] }, context) => {
    const kind = secret === undefined ? wanted : secretKind(secret);
    const message = signaturesProblem(signatures, kind);
    if (message !== null) context.addIssue({ code: 'custom', message, path: ['signatures'] });
  })
  .meta({ id: 'NewEndpoint' });

/**
 * A JSON Merge Patch (RFC 7396): null restores a default, and within an object removes the member. Only the outline is
 * checked here; the whole that results is checked as a definition.
 */
export const endpointPatch = z
  .strictObject({
    url: z.string().optional(),
    eventTypes: z.array(z.string()).optional(),
    filters: z.record(z.string(), z.array(z.string()).nullable()).nullish(),
    match: endpointFields.match.nullish(),
    require: z.record(z.string(), z.array(z.string()).nullable()).nullish(),
    scope: z.string().nullish(),
    format: endpointFields.format.nullish(),
    signatures: endpointFields.signatures.nullish(),
    headers: z.record(z.string(), z.string().nullable()).nullish(),
    retrySchedule: endpointFields.retrySchedule.nullish(),
    timeoutMs: endpointFields.timeoutMs.nullish(),
    batchSize: endpointFields.batchSize.nullish(),
    rateLimitPerSecond: endpointFields.rateLimitPerSecond.nullish(),
    maxInFlight: endpointFields.maxInFlight.nullish(),
    ordered: endpointFields.ordered.nullish(),
    onFailure: endpointFields.onFailure.nullish(),
    traceContext: endpointFields.traceContext.nullish(),
    description: endpointFields.description.nullish(),
    metadata: z.record(z.string(), z.string().nullable()).nullish(),
    enabled: endpointFields.enabled.nullish(),
  })
  .meta({ id: 'EndpointPatch' });

export const endpointShown = z
  .object({
    id: shownId('endpoint'),
    tenant: tenantId,
    url: z.string(),
    eventTypes: z.array(z.string()),
    filters: z.record(z.string(), z.array(z.string())),
    match: endpointFields.match,
    require: z.record(z.string(), z.array(z.string())),
    scope: z.string().nullable(),
    format: z.string().describe('As it was given; its catalog may be off, or not here any more'),
    signatures: endpointFields.signatures,
    headerNames: z.array(z.string()).describe('Of the custom headers; their values are not shown'),
    retrySchedule: z.array(z.number()),
    timeoutMs: z.int(),
    batchSize: z.int(),
    rateLimitPerSecond: endpointFields.rateLimitPerSecond.nullable(),
    maxInFlight: endpointFields.maxInFlight.nullable(),
    ordered: endpointFields.ordered,
    onFailure: endpointFields.onFailure,
    traceContext: endpointFields.traceContext,
    description: z.string(),
    metadata: z.record(z.string(), z.string()),
    enabled: z.boolean(),
    view: z
      .record(z.string(), z.unknown())
      .nullable()
      .describe('How the system of the format shows such an endpoint; null: it has no view'),
    disabledReason: z
      .enum(disabledReasons)
      .nullable()
      .describe('`owner`: by a person; `gone`: it answered 410; `failing`: it failed for too long'),
    disabledAt: moment.nullable(),
    pausedAt: moment.nullable().describe('Since then its deliveries wait; null: they do not'),
    health: z
      .object({
        consecutiveFailures: z.int().describe('Attempts that failed since the last success'),
        failingSince: moment.nullable(),
        circuitOpenedAt: moment
          .nullable()
          .describe('Since then it is only probed, and its deliveries wait; null: it is not'),
        nextProbeAt: moment.nullable(),
      })
      .describe('How its requests go'),
    createdAt: moment,
    updatedAt: moment,
  })
  .meta({ id: 'Endpoint' });

const keys = {
  secret: z.string().nullable().describe('What to verify with; null: a key pair, see `publicKey`'),
  publicKey: z
    .string()
    .nullable()
    .describe('Of an ed25519 key pair (`whpk_…`), whose private half is never shown; else null'),
};

const secretShown = z.object({
  ...keys,
  createdAt: moment,
  expiresAt: moment.nullable().describe('When it stops signing; null: not set'),
});

export const secretRotationShown = z
  .object({
    everyDays: z.int().nullable().describe('Null: once'),
    nextAt: moment,
    overlapSeconds: z.int().describe('How long the old secrets sign beside the new one'),
  })
  .meta({ id: 'SecretRotation' });

export const endpointSecretsShown = z
  .object({
    secret: keys.secret.describe('The newest; null: a key pair, see `publicKey`'),
    publicKey: keys.publicKey,
    secrets: z.array(secretShown).describe('All that sign now, newest first'),
    rotation: secretRotationShown
      .nullable()
      .describe('When it gets a new one by itself; null: it never does'),
  })
  .meta({ id: 'EndpointSecrets' });

/** Given again for an idempotency key it has no secrets. */
export const secretRotated = z
  .object({
    secret: keys.secret.optional().describe('The newest; null: a key pair, see `publicKey`'),
    publicKey: keys.publicKey,
    secrets: z.array(secretShown.partial({ secret: true })).describe('All that sign now'),
  })
  .meta({ id: 'SecretRotated' });
