import { ApplicationFailure } from '@temporalio/activity';
import type { Subject } from '../src/contract/activities.js';
import { parseId } from '../src/domain/ids.js';
import type { DeliveryScopeById } from '../src/store/lookAtDeliveries.js';

const named = {
  event: 'an event',
  delivery: 'a delivery',
  endpoint: 'an endpoint',
  recovery: 'a recovery',
} as const;

/** The bare UUIDs of a subject. A workflow started by hand with something else fails at once, and says why. */
export function scopeOf(subject: Subject): DeliveryScopeById {
  return 'eventId' in subject
    ? { eventId: bareId('event', subject.eventId) }
    : { deliveryId: bareId('delivery', subject.deliveryId) };
}

export function bareId(kind: keyof typeof named, shown: unknown): string {
  const id = typeof shown === 'string' ? parseId(kind, shown) : null;
  if (id === null) {
    throw ApplicationFailure.nonRetryable(
      `Not the id of ${named[kind]}: ${JSON.stringify(shown)}. The input is one id as the API shows it.`,
      'InvalidId',
    );
  }
  return id;
}

export function unknownDelivery(shown: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(`There is no delivery ${shown}.`, 'UnknownDelivery');
}

/** Nor does one start for an event that nobody subscribed to. */
export function unknownEvent(shown: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(
    `There is no delivery of an event ${shown}.`,
    'UnknownEvent',
  );
}

export function unknownBatches(shown: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(
    `There is no delivery ${shown} that brings an import's rows.`,
    'UnknownDelivery',
  );
}

export function unknownEndpoint(shown: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(`There is no endpoint ${shown}.`, 'UnknownEndpoint');
}

export function unknownRecovery(shown: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(`There is no recovery ${shown}.`, 'UnknownRecovery');
}
