import { z } from 'zod';
import { rowChoices } from '../../domain/imports/rowChoice.js';
import { eventTypeName, importId, shownId } from './params.js';

export const importCompleted = z
  .object({
    id: importId,
    state: z.literal('complete'),
    rows: z.object({ total: z.int(), valid: z.int(), invalid: z.int() }),
    events: z.array(
      z.object({
        id: shownId('event'),
        type: eventTypeName,
        rows: z
          .object({ choice: z.enum(rowChoices), totalRows: z.int() })
          .nullable()
          .describe('Which rows its deliveries bring, in batches; null: none'),
        reason: z
          .string()
          .nullable()
          .describe('Why no row is sent; null: some are, or it brings none'),
        deliveries: z.array(z.object({ id: shownId('delivery'), endpointId: shownId('endpoint') })),
      }),
    ),
  })
  .meta({ id: 'ImportCompleted' });
