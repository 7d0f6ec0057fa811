import { operationalTypes } from '../../domain/operational.js';
import type { CatalogType } from '../catalog.js';
import {
  deliveryFailed,
  endpointDisabled,
  endpointFailing,
  endpointRecovered,
  secretRotated,
  secretRotationDue,
} from './schemas.js';

const endpoint = {
  id: 'ep_01a1fd26-1ef3-7525-a38b-a9985d18e338',
  tenant: 'acme',
  url: 'https://hooks.example.com/orders',
  description: 'Orders',
  metadata: { team: 'sales' },
};
const failing = {
  failingSince: '2026-01-26T13:45:00.000Z',
  consecutiveFailures: 42,
  lastAnswer: '503',
};

/** In the order in which they come as a rule. */
export const types: readonly CatalogType[] = [
  {
    name: operationalTypes.endpointFailing,
    title: 'Endpoint fails, and will be disabled',
    description: 'A warning: it has been down for a fifth of the time after which it is disabled.',
    group: 'endpoint',
    action: 'failing',
    schema: endpointFailing,
    sample: { endpoint, ...failing, disabledAt: '2026-01-31T13:45:00.000Z' },
  },
  {
    name: operationalTypes.endpointDisabled,
    title: 'Endpoint was disabled',
    description:
      'By its owner, by its answer 410 Gone, or since it failed for too long. Its deliveries wait in its queue.',
    group: 'endpoint',
    action: 'disabled',
    schema: endpointDisabled,
    sample: {
      endpoint,
      reason: 'failing',
      disabledAt: '2026-01-31T13:45:07.218Z',
      ...failing,
    },
  },
  {
    name: operationalTypes.endpointRecovered,
    title: 'Endpoint is sent to again',
    description: 'It was enabled, or answers again after it had been told to fail.',
    group: 'endpoint',
    action: 'recovered',
    schema: endpointRecovered,
    sample: {
      endpoint,
      from: 'disabled',
      reason: 'failing',
      since: '2026-01-31T13:45:07.218Z',
    },
  },
  {
    name: operationalTypes.secretRotationDue,
    title: 'Endpoint gets a new secret soon',
    description:
      'A notice: 7 days before, and again a day before its secret is rotated as was set up.',
    group: 'endpoint',
    action: 'secret_rotation_due',
    schema: secretRotationDue,
    sample: {
      endpoint,
      rotatesAt: '2026-02-07T13:45:00.000Z',
      everyDays: 90,
      overlapSeconds: 86_400,
    },
  },
  {
    name: operationalTypes.secretRotated,
    title: 'Endpoint has a new secret',
    description: 'The new one signs from now on; `GET …/secret` shows it.',
    group: 'endpoint',
    action: 'secret_rotated',
    schema: secretRotated,
    sample: {
      endpoint,
      scheduled: true,
      rotatedAt: '2026-02-07T13:45:03.512Z',
      oldSecretsEndAt: '2026-02-08T13:45:03.512Z',
      nextRotationAt: '2026-05-08T13:45:03.512Z',
    },
  },
  {
    name: operationalTypes.deliveryFailed,
    title: 'Delivery failed for good',
    description:
      'Its attempts are used up, it has expired, or it waited for too long. Nothing is sent any more unless somebody retries it.',
    group: 'delivery',
    action: 'failed',
    schema: deliveryFailed,
    sample: {
      delivery: {
        id: 'dlv_01a1fd25-5925-74b1-b265-39d0e1c58d61',
        eventId: 'evt_01a1fd25-5925-75c3-bc43-9a643b33fa10',
        eventType: 'order.paid',
        tenant: 'acme',
        endpointId: endpoint.id,
        importId: null,
        orderingKey: null,
        attempts: 10,
        lastAnswer: '503',
        reason: 'all 10 attempts failed, the last with 503',
        acceptedAt: '2026-01-28T09:12:31.407Z',
        failedAt: '2026-01-31T13:45:07.218Z',
      },
      endpoint,
      blocksOrder: false,
    },
  },
];
