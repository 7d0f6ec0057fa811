import { z } from 'zod';
import { endpointShown } from './endpointSchemas.js';
import { eventTypeName } from './params.js';

/** Of one dry run. */
export const maxSamples = 50;

const sampleShown = z.object({
  eventType: eventTypeName,
  isDeclared: z.boolean().describe('Whether the data is the sample that the type declares'),
  headers: z.record(z.string(), z.string()).describe('Those of the format'),
  body: z.string().nullable().describe('As it would be sent; null: see `problem`'),
  problem: z.string().nullable().describe("Why the format can't carry the sample"),
});

export const endpointDryRun = z
  .object({
    endpoint: endpointShown
      .omit({
        ...{ id: true, disabledReason: true, disabledAt: true, pausedAt: true, health: true },
        ...{ createdAt: true, updatedAt: true },
      })
      .describe('As it would be stored'),
    secret: z.string().describe('Masked'),
    samples: z
      .array(sampleShown)
      .describe(
        `Of each type subscribed to: those named, and those declared and of catalogs that a pattern takes in and the format carries; ${maxSamples} at most`,
      ),
  })
  .meta({ id: 'EndpointDryRun' });
