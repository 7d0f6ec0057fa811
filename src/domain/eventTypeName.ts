/**
 * The name of an event type: words of letters, digits, `_` and `-`, joined by dots, 128 characters at most.
 * Standard Webhooks 1.0 leaves out the `-`; names that exist already have it.
 */
export const eventTypePattern = /^(?=.{1,128}$)[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*$/;

/** Names that begin so are the service's own, for events about endpoints and deliveries. */
export const reservedTypeStart = 'everhook.';

export function isReserved(eventType: string): boolean {
  return eventType.startsWith(reservedTypeStart);
}

/** What an endpoint may subscribe to: a name, a name and `.*` for all below it, or `*`. */
export const subscriptionPattern =
  /^(?=.{1,128}$)(?:\*|[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*(?:\.\*)?)$/;

/**
 * Whether a subscription takes in an event type. `flow.*` takes in `flow.end` and `flow.step.end`, and not `flow`
 * itself: who wants both says both, while the reverse couldn't be said.
 */
export function subscriptionIncludes(subscription: string, eventType: string): boolean {
  if (subscription === '*' || subscription === eventType) return true;
  return subscription.endsWith('.*') && eventType.startsWith(subscription.slice(0, -1));
}
