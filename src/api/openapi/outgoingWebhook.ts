import type { OpenAPIV3_1 } from 'openapi-types';
import { signatureNames } from '../../domain/signing/signatureNames.js';
import { signatures } from '../../delivery/signing/signatures.js';
import { describeFormats } from '../../catalogs/formats.js';

const standardBody = {
  type: 'object',
  properties: {
    type: { type: 'string', description: 'The event type' },
    timestamp: { type: 'string', format: 'date-time', description: 'When it happened' },
    data: { description: 'As it was submitted, byte for byte' },
  },
  required: ['type', 'timestamp', 'data'],
  // Or clients generated from it would break when a member is added.
  additionalProperties: true,
} satisfies OpenAPIV3_1.SchemaObject;

const headers = {
  'webhook-id': 'The event: the same at every attempt and resend, so that a repeat can be told',
  'webhook-timestamp': 'When this attempt was made, in whole seconds since 1970',
  'webhook-signature':
    '`v1,` and the base64 of HMAC-SHA256 over `<webhook-id>.<webhook-timestamp>.<body>`; or `v1a,` and the base64 of an ed25519 signature of the same; one for each live secret, parted by spaces',
};

const otherFormats = describeFormats(['standard']);

const otherSignatures = signatureNames
  .map((name) => `\`${name}\`: ${signatures[name].description}`)
  .join('; ');

/** What an endpoint receives, from the receiver's side (Standard Webhooks 1.0). */
export const outgoingWebhook: OpenAPIV3_1.PathItemObject = {
  post: {
    operationId: 'receiveEvent',
    tags: ['outgoing webhooks'],
    summary: 'An event is delivered',
    description: `The body is that of the format \`standard\`. Other formats: ${otherFormats}. Beside \`webhook-signature\`, where the endpoint asks for it: ${otherSignatures}.`,
    security: [],
    parameters: Object.entries(headers).map(([name, description]) => ({
      in: 'header',
      name,
      description,
      required: true,
      schema: { type: 'string' },
    })),
    requestBody: {
      required: true,
      content: {
        'application/json': { schema: standardBody },
      },
    },
    responses: {
      '2XX': { description: 'Received; the delivery is done' },
      '410': { description: 'Gone: the endpoint is disabled' },
      '429': { description: 'Slow down: tried again, after `Retry-After` if given' },
      default: { description: 'Anything else, and no answer in time: tried again' },
    },
  },
};
