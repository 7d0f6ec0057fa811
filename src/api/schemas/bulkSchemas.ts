import { z } from 'zod';
import { eventLine } from '../../intake/accept/eventEnvelope.js';
import { shownId } from './params.js';
import { problemSchema } from './problemResponses.js';

export const maxBulkLines = 1_000;

/** For the OpenAPI document alone: the intake checks the raw bytes itself. */
export const newEventLine = eventLine
  .extend({ data: z.unknown().describe('Any JSON; kept and sent byte for byte') })
  .meta({ id: 'NewEventLine' });

export const lineResult = z
  .object({
    line: z.int().describe('From 1'),
    status: z.int().describe('As a request for this event alone would have been answered'),
    id: shownId('event').optional().describe('Where it was accepted'),
    replayed: z.literal(true).optional().describe('Its idempotency key had been used before'),
    problem: problemSchema.optional().describe('Where it was refused'),
  })
  .meta({ id: 'LineResult' });
