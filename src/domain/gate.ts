import type { DisabledReason } from './words.js';

/** What the gate needs to know of an endpoint. */
export interface GatedEndpoint {
  enabled: boolean;
  deleted: boolean;
  /** Null while enabled. */
  disabledReason: DisabledReason | null;
  /** By its owner, who wants nothing sent for a while. */
  paused: boolean;
  /** It has failed so often that it is only probed. */
  circuitOpen: boolean;
  ordered: boolean;
  /** How much it gets, in a second or at once, is bounded. */
  paced: boolean;
}

export interface Closed {
  open: false;
  /** What a delivery to the endpoint becomes instead of being sent. */
  becomes: 'queued' | 'cancelled';
  /** In words for the delivery's owner. */
  reason: string;
}

export type Gate = { open: true } | Closed;

/** Why a delivery to a closed endpoint is not sent, in words for its owner. */
export const closedReasons = {
  deleted: 'the endpoint was deleted',
  owner: 'the endpoint is disabled',
  gone: 'the endpoint is disabled since it answered 410 Gone',
  failing: 'the endpoint is disabled since it failed for too long',
  paused: 'the endpoint is paused',
  circuitOpen: 'the endpoint fails; it is being probed',
  ordered: 'waits for its turn: the endpoint is sent to in order',
  paced: 'waits for its turn: the endpoint bounds what it is sent',
} as const;

/** An endpoint that nothing holds up: one for one event alone always is. */
export const openEndpoint: GatedEndpoint = {
  enabled: true,
  deleted: false,
  disabledReason: null,
  paused: false,
  circuitOpen: false,
  ordered: false,
  paced: false,
};

/** The one question before every attempt of an event's own workflow: may this endpoint be sent to now, by anybody? */
export function gateOf(endpoint: GatedEndpoint): Gate {
  const closed = drainGateOf(endpoint);
  if (!closed.open) return closed;
  if (endpoint.circuitOpen) return queued('circuitOpen');
  if (endpoint.ordered) return queued('ordered');
  return endpoint.paced ? queued('paced') : closed;
}

/**
 * The same for its drain, which probes, keeps the order and holds the bounds; and for batches of rows, of which an import
 * has one under way at a time, after a schedule of its own.
 */
export function drainGateOf(endpoint: GatedEndpoint): Gate {
  if (endpoint.deleted) return { open: false, becomes: 'cancelled', reason: closedReasons.deleted };
  if (!endpoint.enabled) return queued(endpoint.disabledReason ?? 'owner');
  return endpoint.paused ? queued('paused') : { open: true };
}

/** The same in words for who asks for one attempt now, with what to do first; null: it is open to its drain. */
export function closedUntil({ deleted, enabled, paused }: GatedEndpoint): string | null {
  if (deleted) return 'deleted';
  if (!enabled) return 'disabled; enable it first';
  return paused ? 'paused; resume it first' : null;
}

function queued(reason: keyof typeof closedReasons): Closed {
  return { open: false, becomes: 'queued', reason: closedReasons[reason] };
}
