import { z } from 'zod';
import { deliveryStates } from '../../domain/words.js';
import { shownId } from './params.js';

export const matchingShown = z
  .object({
    endpointId: shownId('endpoint'),
    matched: z.boolean().describe('Whether the endpoint, as it is now, wants the event'),
    reason: z
      .string()
      .nullable()
      .describe('Why it was not delivered, or not yet; null where there is nothing to say'),
    delivery: z
      .object({ id: shownId('delivery'), state: z.enum(deliveryStates) })
      .nullable()
      .describe('Decided when the event was accepted; null: none'),
  })
  .meta({ id: 'Matching' });
