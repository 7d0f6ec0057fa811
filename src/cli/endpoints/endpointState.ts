import type { components } from '../../client/index.js';
import type { EndpointState } from '../../domain/words.js';

export type Endpoint = components['schemas']['Endpoint'];

export function endpointState({ enabled, pausedAt, health }: Endpoint): EndpointState {
  if (!enabled) return 'disabled';
  if (pausedAt !== null) return 'paused';
  return health.circuitOpenedAt === null ? 'open' : 'down';
}

/** Since when, and why or until when, behind the state; empty where there is nothing to say. */
export function stateDetail(endpoint: Endpoint): string {
  const { disabledAt, disabledReason, pausedAt, health } = endpoint;
  const since = (moment: string | null): string => `since ${moment ?? 'an unknown moment'}`;
  const details: Record<EndpointState, string> = {
    disabled: `${since(disabledAt)}, by ${disablers[disabledReason ?? 'owner']}`,
    paused: since(pausedAt),
    down: `${since(health.circuitOpenedAt)}, ${nextProbe(health.nextProbeAt)}`,
    open:
      health.consecutiveFailures === 0
        ? ''
        : `but the last ${health.consecutiveFailures} attempts failed, ${since(health.failingSince)}`,
  };
  return details[endpointState(endpoint)];
}

/** A probe is the sending of what waits; where nothing does, the next event is one. */
function nextProbe(at: string | null): string {
  const isOver = at === null || Date.parse(at) < Date.now();
  return isOver ? 'probed with what is next to be sent' : `next probe ${at}`;
}

const disablers: Record<NonNullable<Endpoint['disabledReason']>, string> = {
  owner: 'its owner',
  gone: 'its answer 410',
  failing: 'failing for too long',
};
