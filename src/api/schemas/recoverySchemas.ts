import { z } from 'zod';
import {
  defaultRecoveryRatePerSecond,
  maxDeliveriesOfRecovery,
  maxEndpointsPerTenant,
  maxRecoveryRatePerSecond,
  maxTypesOfRecovery,
} from '../../domain/limits.js';
import { finalStates, recoveryStates } from '../../domain/words.js';
import { givenMoment, moment } from './moment.js';
import { eventTypeName, shownId, tenantId } from './params.js';
import { workflowLink } from './workflowLink.js';

const since = givenMoment.optional().describe('Of events accepted at this moment or later');
const until = givenMoment
  .optional()
  .describe('Of events accepted before this moment; those accepted later than the recovery never');
const types = z
  .array(eventTypeName)
  .min(1)
  .max(maxTypesOfRecovery)
  .optional()
  .describe('Of these event types; of all if absent');
const states = z
  .array(z.enum(finalStates))
  .min(1)
  .max(finalStates.length)
  .default(['failed'])
  .describe('What was `delivered` is sent again only where it is named here');
const ratePerSecond = z
  .int()
  .min(1)
  .max(maxRecoveryRatePerSecond)
  .default(defaultRecoveryRatePerSecond)
  .describe("Deliveries given to their endpoints' queues in a second");

const narrowing = ['endpointIds', 'since', 'types', 'deliveryIds'] as const;
const isInOrder = (of: { since?: number | undefined; until?: number | undefined }): boolean =>
  of.since === undefined || of.until === undefined || of.since < of.until;
const outOfOrder = { path: ['until'], error: '"until" has to be later than "since"' };

export const newRecovery = z
  .strictObject({
    endpointIds: z
      .array(shownId('endpoint'))
      .min(1)
      .max(maxEndpointsPerTenant)
      .optional()
      .describe('To these endpoints; to all if absent'),
    deliveryIds: z
      .array(shownId('delivery'))
      .min(1)
      .max(maxDeliveriesOfRecovery)
      .optional()
      .describe('Of these deliveries, as far as the other members hold for them, too'),
    ...{ since, until, types, states, ratePerSecond },
  })
  .refine((body) => narrowing.some((name) => body[name] !== undefined), {
    error: `Say of what: at least one of ${narrowing.join(', ')}`,
  })
  .refine(isInOrder, outOfOrder)
  .meta({ id: 'NewRecovery' });

export const newEndpointRecovery = z
  .strictObject({ since, until, types, states, ratePerSecond })
  .refine(isInOrder, outOfOrder)
  .meta({ id: 'NewEndpointRecovery' });

export const recoverySummary = z
  .object({
    id: shownId('recovery'),
    tenant: tenantId,
    state: z.enum(recoveryStates).describe('`completed`: it has looked at all that it is about'),
    endpointIds: z.array(shownId('endpoint')).nullable().describe('Null: all'),
    types: z.array(eventTypeName).nullable().describe('Null: all'),
    since: moment.nullable(),
    until: moment.nullable(),
    states: z.array(z.enum(finalStates)),
    ratePerSecond: z.int(),
    total: z
      .int()
      .nullable()
      .describe('Deliveries that matched when it was made; null: too many to count'),
    resent: z.int().describe('Deliveries given a new round'),
    skipped: z
      .int()
      .describe('Left alone: their endpoint was deleted, the event or its rows have expired'),
    recoveredUntil: moment
      .nullable()
      .describe('It has looked at what was accepted up to this moment; null before the first'),
    createdAt: moment,
    finishedAt: moment.nullable(),
  })
  .meta({ id: 'RecoverySummary' });

export const recoveryShown = recoverySummary
  .extend({
    deliveryIds: z.array(shownId('delivery')).nullable().describe('Null: all'),
    workflow: workflowLink,
  })
  .meta({ id: 'Recovery' });
