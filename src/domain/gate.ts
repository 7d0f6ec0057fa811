import type { DisabledReason } from './words.js';

/** What the gate needs to know of an endpoint. */
export interface GatedEndpoint {
  enabled: boolean;
  deleted: boolean;
  /** Null while enabled. */
  disabledReason: DisabledReason | null;
}

export type Gate =
  | { open: true }
  | {
      open: false;
      /** What a delivery to the endpoint becomes instead of being sent. */
      becomes: 'queued' | 'cancelled';
      /** In words for the delivery's owner. */
      reason: string;
    };

/** Why a delivery to a closed endpoint is not sent, in words for its owner. */
export const closedReasons = {
  deleted: 'the endpoint was deleted',
  disabled: 'the endpoint is disabled',
  gone: 'the endpoint is disabled since it answered 410 Gone',
} as const;

/** The one question before every attempt: may this endpoint be sent to now? */
export function gateOf(endpoint: GatedEndpoint): Gate {
  if (endpoint.deleted) {
    return { open: false, becomes: 'cancelled', reason: closedReasons.deleted };
  }
  if (!endpoint.enabled) {
    return { open: false, becomes: 'queued', reason: disabledText(endpoint.disabledReason) };
  }
  return { open: true };
}

function disabledText(reason: GatedEndpoint['disabledReason']): string {
  return reason === 'gone' ? closedReasons.gone : closedReasons.disabled;
}
