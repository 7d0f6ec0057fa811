import { z } from 'zod';
import { deliveryStates } from '../../domain/words.js';
import { formatNames } from '../../catalogs/formats.js';
import { maxBatchSize, maxUrlLength } from '../../domain/limits.js';
import { eventAttributes, oneOffEndpoint } from '../../intake/accept/eventEnvelope.js';
import { importStates } from '../../store/imports.js';
import { maxDeliveriesOfImport } from '../../store/readImportDeliveries.js';
import { batchProgressFields } from './batchSchemas.js';
import { metadata } from './metadata.js';
import { moment } from './moment.js';
import { eventTypeName, importId, shownId, tenantId } from './params.js';

const maxEventTypes = 20;
const ownPrefix = 'imp_';

export const newImport = z
  .strictObject({
    id: importId
      .refine((id) => !id.startsWith(ownPrefix), `Ids that begin with "${ownPrefix}" are ours`)
      .optional(),
    attributes: eventAttributes
      .optional()
      .describe('Of the events that it makes: what endpoints filter on; not sent'),
    metadata: metadata.optional(),
    eventTypes: z
      .array(eventTypeName)
      .max(maxEventTypes)
      .optional()
      .describe('When it is complete it makes an event of each'),
    endpoint: oneOffEndpoint
      .optional()
      .describe('Receives the events of this import alone, besides the endpoints that want them'),
    batchSize: z
      .int()
      .min(1)
      .max(maxBatchSize)
      .optional()
      .describe("Rows in a batch; the endpoint's if absent"),
    keepRows: z
      .boolean()
      .optional()
      .describe('`false`: rows go with the last acknowledgement; `true` if absent'),
    data: z
      .looseObject({})
      .optional()
      .describe('What the product says of the import; kept and sent byte for byte'),
  })
  .meta({ id: 'NewImport' });

const rowCounts = z.object({
  total: z.int(),
  valid: z.int(),
  invalid: z.int(),
  bytes: z.int().describe('Of their data in UTF-8, a line feed after each counted'),
  expiredAt: moment.nullable().describe('Since then they are gone; null: they are there'),
});

export const importSummary = z
  .object({
    id: importId,
    tenant: tenantId,
    state: z
      .enum(importStates)
      .describe('`open`: takes rows; `complete`: has them all, and its events are made'),
    paused: z.boolean().describe('A delivery of its rows is held, and not at its end'),
    attributes: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
    metadata,
    eventTypes: z.array(eventTypeName),
    endpoint: z
      .object({ url: z.string().max(maxUrlLength), format: z.enum(formatNames) })
      .nullable()
      .describe('The one-off endpoint, without its secret; null: none'),
    batchSize: z.int().nullable().describe("Null: the endpoint's"),
    keepRows: z.boolean(),
    rows: rowCounts,
    createdAt: moment,
    updatedAt: moment,
    completedAt: moment.nullable(),
  })
  .meta({ id: 'ImportSummary' });

const importDelivery = z
  .object({
    id: shownId('delivery'),
    endpointId: shownId('endpoint'),
    eventType: eventTypeName,
    state: z.enum(deliveryStates),
    ...batchProgressFields,
    attemptCount: z.int().describe('Attempts made of the batch that is next, in this round'),
    lastAnswer: z.string().nullable().describe('`503`, `timed out`; null before the first'),
    nextAttemptAt: moment.nullable(),
    reason: z.string().nullable().describe('Why it is queued, failed or cancelled'),
  })
  .meta({ id: 'ImportDelivery' });

export const importShown = importSummary
  .extend({
    data: z.looseObject({}).nullable().describe('Byte for byte as it was given; null: none'),
    deliveries: z
      .array(importDelivery)
      .describe(`Those that bring its rows; the first ${maxDeliveriesOfImport}`),
  })
  .meta({ id: 'Import' });
