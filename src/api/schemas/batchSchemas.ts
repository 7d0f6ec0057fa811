import { z } from 'zod';
import { deliveryStates } from '../../domain/words.js';
import { importStates } from '../../store/imports.js';
import { maxBatchAttemptsShown } from '../../store/readBatches.js';
import { maxDeliveriesOfImport } from '../../store/readImportDeliveries.js';
import { answerFields } from './endpointTestSchemas.js';
import { importId, shownId } from './params.js';

export const batchProgressFields = {
  paused: z.boolean(),
  batches: z.int().nullable().describe('Null: they are not planned yet'),
  acknowledged: z.int().describe('Batches: the first ones'),
  totalRows: z.int(),
  acknowledgedRows: z.int(),
};

/** Of a delivery that brings an import's rows. */
export const batchProgress = z.object(batchProgressFields).meta({ id: 'BatchProgress' });

/** What pausing, resuming and cancelling an import comes to. */
export const importRun = z
  .object({
    id: importId,
    state: z.enum(importStates),
    deliveries: z
      .array(
        z.object({
          id: shownId('delivery'),
          state: z.enum(deliveryStates),
          ...batchProgressFields,
        }),
      )
      .describe(`Those that bring its rows; the first ${maxDeliveriesOfImport}`),
  })
  .meta({ id: 'ImportRun' });

const batchStates = ['acknowledged', 'next', 'waiting'] as const;

export const batchSummary = z
  .object({
    number: z.int().describe('From 1'),
    webhookId: z.string().describe('The `webhook-id` of each of its attempts'),
    rowOffset: z.int().describe('Among the rows that the delivery brings, from 0'),
    rowCount: z.int(),
    state: z.enum(batchStates).describe('`next`: the one that is sent until it is acknowledged'),
    sha256: z
      .string()
      .nullable()
      .describe('Of its body, in hexadecimal; null before its first attempt'),
    attemptCount: z.int().describe('In all rounds'),
  })
  .meta({ id: 'BatchSummary' });

const batchAttempt = z
  .object({
    id: shownId('attempt'),
    round: z.int(),
    number: z.int().describe('From 1, of this batch in its round'),
    ...answerFields,
    late: z.boolean().describe('It came after something else had decided'),
  })
  .meta({ id: 'BatchAttempt' });

export const batchShown = batchSummary
  .extend({
    attempts: z.array(batchAttempt).describe(`Newest first; the newest ${maxBatchAttemptsShown}`),
  })
  .meta({ id: 'Batch' });
