/** The words of Everhook that several parts share. Their meanings stand in ARCHITECTURE.md. */

export const environments = ['test', 'production'] as const;
export type Environment = (typeof environments)[number];

/** `pending`: no attempt yet; `retrying`: at least one failed; `queued`: waits for its endpoint. */
export const openStates = ['pending', 'retrying', 'queued'] as const;
export type OpenState = (typeof openStates)[number];
export const finalStates = ['delivered', 'failed', 'cancelled'] as const;
export type FinalState = (typeof finalStates)[number];
export const deliveryStates = [...openStates, ...finalStates] as const;
export type DeliveryState = (typeof deliveryStates)[number];

export function isFinal(state: DeliveryState): boolean {
  return finalStates.some((final) => final === state);
}

/** `completed`: it has looked at all that it is about. */
export const recoveryStates = ['running', 'completed', 'cancelled'] as const;
export type RecoveryState = (typeof recoveryStates)[number];

/** Why an endpoint is disabled. `owner`: by a person; `gone`: it answered 410; `failing`: it failed for days. */
export const disabledReasons = ['owner', 'gone', 'failing'] as const;
export type DisabledReason = (typeof disabledReasons)[number];

/** Whether an endpoint is sent to. Of what holds at once the last counts: one that is disabled is no longer down. */
export const endpointStates = ['open', 'down', 'paused', 'disabled'] as const;
export type EndpointState = (typeof endpointStates)[number];

/** What becomes of what comes after a delivery that failed, where they are in order. `block`: it waits for a retry. */
export const failureOrders = ['block', 'skip'] as const;
export type FailureOrder = (typeof failureOrders)[number];
