import { z } from 'zod';
import { attributeValueProblem, eventAttributeNameProblem } from '../../domain/attributes.js';
import { eventTypePattern } from '../../domain/eventTypeName.js';
import { formatNames } from '../../catalogs/formats.js';
import { maxHoldDays, maxOrderingKeyLength, maxUrlLength } from '../../domain/limits.js';
import { customHeadersField } from '../../delivery/customHeadersField.js';
import { secretProblem } from '../../delivery/signing/secretKey.js';
import { idempotencyKeyPattern, idempotencyKeyRule } from './idempotencyKey.js';
import { judged } from './judged.js';

const maxAttributes = 32;
const maxValuesPerAttribute = 64;

/** An endpoint for one event alone, or for those of one import. */
export const oneOffEndpoint = z.strictObject({
  url: z.string().min(1).max(maxUrlLength).describe('A public https: address'),
  format: z.enum(formatNames).optional().describe('As of an endpoint; `standard` if absent'),
  secret: judged(secretProblem)
    .optional()
    .describe('Signs its requests; without one they are not signed'),
});

const earliestMs = Date.parse('0001-01-01T00:00:00Z');
/** Postgres rounds to microseconds, and must not round into a year of five digits. */
const latestMs = Date.parse('9999-12-31T23:59:59Z');
const ownOffset = /(?:Z|[+-](?:0\d|1[0-3]):\d\d|[+-]14:00)$/;

/** Postgres takes no year 0 and no offset of 16 hours; nobody on Earth has more than 14. */
function isStorableTime(text: string): boolean {
  const timeMs = Date.parse(text);
  return timeMs >= earliestMs && timeMs <= latestMs && ownOffset.test(text);
}

const attributeValue = judged(attributeValueProblem);

export const eventAttributes = z
  .record(
    judged(eventAttributeNameProblem),
    z.union([attributeValue, z.array(attributeValue).max(maxValuesPerAttribute)]),
  )
  .refine((given) => Object.keys(given).length <= maxAttributes, {
    error: `An event has at most ${maxAttributes} attributes`,
  })
  .describe('What endpoints filter on; not sent');

const moment = z.iso
  .datetime({ offset: true, message: 'Use ISO 8601 with a time zone: 2026-01-31T13:45:00Z' })
  .refine(isStorableTime, 'Use a time in the years 1 to 9999, and an offset of 14:00 at most');

/** Printable: no control characters, and nothing that Postgres doesn't store. */
const orderingKeyPattern = /^[^\p{C}\p{Zl}\p{Zp}]+$/u;

/** An event as a product submits it, but for `data`, whose text is kept and never goes through a parser's hands. */
export const eventEnvelope = z.strictObject({
  type: z
    .string()
    .regex(
      eventTypePattern,
      'An event type is words of letters, digits, "_" and "-", joined by dots',
    )
    .describe('The event type, such as `flow.end`'),
  timestamp: moment.optional().describe('When it happened; the moment of acceptance if absent'),
  attributes: eventAttributes.optional(),
  orderingKey: z
    .string()
    .max(maxOrderingKeyLength)
    .regex(orderingKeyPattern, 'Use printable text, one character at least')
    .optional()
    .describe(
      'Endpoints that are `ordered` get the events of a key one after the other; those without a key are in order with each other',
    ),
  deliverAt: moment
    .optional()
    .describe(
      `Not sent before; ${maxHoldDays} days ahead at most (fewer where payloads are kept for less), and at once where it is over`,
    ),
  expiresAt: moment
    .optional()
    .describe('Not sent from then on: what is not delivered by then fails; later than `deliverAt`'),
  headers: customHeadersField
    .optional()
    .describe(
      "Sent with each of its deliveries, over the endpoint's own of the same name; kept encrypted",
    ),
  endpoint: oneOffEndpoint
    .optional()
    .describe('Receives this event alone, besides the endpoints that want it'),
});

/** A line of a bulk submission. */
export const eventLine = eventEnvelope.extend({
  idempotencyKey: z
    .string()
    .regex(idempotencyKeyPattern, idempotencyKeyRule)
    .optional()
    .describe('The same line again gives the first answer again, for 24 hours'),
});

export type EventEnvelope = z.output<typeof eventEnvelope>;
