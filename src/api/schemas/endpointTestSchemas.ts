import { z } from 'zod';
import { moment } from './moment.js';
import { secretKind } from '../../domain/signing/secretKind.js';
import { signaturesProblem } from '../../domain/signing/signaturesProblem.js';
import { endpointFields, secretField } from './endpointFields.js';
import { eventTypeName } from './params.js';

export const answerFields = {
  outcome: z.enum(['success', 'failure']),
  status: z.int().nullable().describe('The HTTP status; null if none came in time'),
  failure: z
    .string()
    .nullable()
    .describe(
      '`status`, `timed out`, `unreachable`, `tls failed`, `connection lost`, `invalid response`',
    ),
  startedAt: moment,
  durationMs: z.int(),
  responseHeaders: z.record(z.string(), z.string()).nullable(),
  responseBody: z.string().nullable().describe('Its first bytes, as text'),
  responseTruncated: z.boolean(),
};

export const endpointTestInput = z.strictObject({ eventType: eventTypeName });

/** Where an endpoint might be. */
export const unsavedEndpoint = z
  .strictObject({
    url: endpointFields.url,
    eventType: eventTypeName,
    format: endpointFields.format.optional(),
    signatures: endpointFields.signatures.optional(),
    secret: secretField.optional().describe('Signs the request; without one it is not signed'),
    headers: endpointFields.headers.optional(),
  })
  .superRefine(({ secret, signatures = [] }, context) => {
    const message =
      secret === undefined && signatures.length > 0
        ? 'Give the `secret` that makes them'
        : signaturesProblem(signatures, secretKind(secret ?? ''));
    if (message !== null) context.addIssue({ code: 'custom', message, path: ['signatures'] });
  })
  .meta({ id: 'UnsavedEndpoint' });

export const endpointTestShown = z
  .object({
    webhookId: z.string().describe('As sent; there is no event of this id'),
    eventType: eventTypeName,
    ...answerFields,
  })
  .meta({ id: 'EndpointTest' });
