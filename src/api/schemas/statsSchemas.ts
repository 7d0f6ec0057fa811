import { z } from 'zod';
import { deliveryStates } from '../../domain/words.js';
import { maxDeliveriesCounted } from '../../store/readStats.js';
import { moment } from './moment.js';

const maxWindowHours = 168;

export const statsQuery = {
  windowHours: z.coerce
    .number()
    .min(0.01)
    .max(maxWindowHours)
    .default(24)
    .describe('How far back events are counted'),
};

const latencies = z
  .object({ p50: z.int().nullable(), p95: z.int().nullable(), p99: z.int().nullable() })
  .describe('Percentiles; null where nothing was measured');

export const statsShown = z
  .object({
    from: moment.describe('Of events accepted from then on'),
    until: moment,
    isWhole: z
      .boolean()
      .describe(
        `Whether all of the window was counted. At most the newest ${maxDeliveriesCounted} deliveries are; with more of them \`from\` is later than asked`,
      ),
    deliveries: z
      .object({ total: z.int(), ...eachState(z.int()) })
      .describe('By the state in which they are now'),
    attempts: z.object({ total: z.int(), success: z.int(), failure: z.int() }),
    lastSuccessAt: moment.nullable().describe('Of the attempts counted'),
    lastFailureAt: moment.nullable().describe('Of the attempts counted'),
    attemptDurationMs: latencies.describe('From sending to the answer'),
    timeToDeliverMs: latencies.describe('From acceptance to success, of what is delivered'),
  })
  .meta({ id: 'Stats' });

function eachState<T extends z.ZodType>(type: T): Record<(typeof deliveryStates)[number], T> {
  return Object.fromEntries(deliveryStates.map((state) => [state, type])) as Record<
    (typeof deliveryStates)[number],
    T
  >;
}
