import { z } from 'zod';
import { maxQueuedOfEach } from '../../domain/limits.js';
import { endpointStates } from '../../domain/words.js';
import { moment } from './moment.js';
import { shownId, tenantId } from './params.js';

export const queuesShown = z
  .object({
    data: z.array(
      z.object({
        endpointId: shownId('endpoint'),
        tenant: tenantId,
        url: z.string().describe('Without its query'),
        state: z.enum(endpointStates),
        drain: z
          .enum(['looking', 'resting'])
          .nullable()
          .describe('What works its queue off: `looking` while it sends; null: there is none'),
        retrying: z.int().describe('Deliveries'),
        queued: z.int().describe(`Deliveries; counted up to ${maxQueuedOfEach}`),
        oldestQueuedAt: moment.nullable().describe('When the event of the oldest was accepted'),
        nextProbeAt: moment.nullable(),
        rateLimitPerSecond: z.number().nullable(),
      }),
    ),
    isWhole: z
      .boolean()
      .describe(
        'Whether all endpoints were looked at where something may wait; a bounded number is',
      ),
  })
  .meta({ id: 'Queues' });
