import { z } from 'zod';
import { deliveryStates } from '../../domain/words.js';
import { maxAttemptsShown } from '../../store/readDeliveries.js';
import { batchProgress } from './batchSchemas.js';
import { answerFields } from './endpointTestSchemas.js';
import { moment } from './moment.js';
import { eventTypeName, shownId, tenantId } from './params.js';
import { workflowLink } from './workflowLink.js';

export const deliverySummary = z
  .object({
    id: shownId('delivery'),
    eventId: shownId('event'),
    endpointId: shownId('endpoint'),
    tenant: tenantId,
    eventType: eventTypeName,
    format: z.string(),
    orderingKey: z.string().nullable().describe("Its event's"),
    orderingNumber: z
      .int()
      .nullable()
      .describe('Its place among those of its endpoint and ordering key; null: in no order'),
    blocksOrder: z
      .boolean()
      .describe('It failed, and those after it wait until it is delivered or cancelled'),
    state: z.enum(deliveryStates),
    reason: z.string().nullable().describe('Why it is queued, failed or cancelled, or ended early'),
    round: z.int().describe('From 1; a resend opens the next'),
    attemptCount: z
      .int()
      .describe('Attempts made in this round; in batches, of the one that is next'),
    attemptsAllowed: z.int().describe('Attempts that this round has'),
    nextAttemptAt: moment.nullable(),
    lastAnswer: z.string().nullable().describe('`503`, `timed out`; null before the first'),
    expiresAt: moment.nullable().describe('Not sent from then on; null: never'),
    createdAt: moment,
    finishedAt: moment.nullable(),
  })
  .meta({ id: 'DeliverySummary' });

const attemptShown = z
  .object({
    id: shownId('attempt'),
    round: z.int(),
    number: z.int().describe('From 1, in its round'),
    ...answerFields,
    outcome: answerFields.outcome.nullable().describe('Null where only a late answer came'),
    late: z
      .object({
        outcome: answerFields.outcome,
        status: answerFields.status,
        failure: answerFields.failure,
        at: moment,
      })
      .nullable()
      .describe('An answer that came after something else had decided'),
  })
  .meta({ id: 'Attempt' });

export const deliveryShown = deliverySummary
  .extend({
    attempts: z
      .array(attemptShown)
      .describe(`Of all rounds, newest first; the newest ${maxAttemptsShown}`),
    batches: batchProgress
      .nullable()
      .describe("How far it is, where it brings an import's rows; null: it is one request"),
    workflow: workflowLink.describe(
      'The workflow of its round; while it is queued, that of its endpoint',
    ),
  })
  .meta({ id: 'Delivery' });

export type AttemptShown = z.output<typeof attemptShown>;
