import type { Sealer } from './sealer.js';
import type { Environment } from '../domain/words.js';

/** The event whose headers these are; bound into what is sealed. */
export interface EventOwner {
  environment: Environment;
  tenant: string;
  /** The bare UUID. */
  id: string;
}

/** The headers given with an event, sealed as an endpoint's are, since they too may carry credentials. */
export function sealEventHeaders(
  sealer: Sealer,
  event: EventOwner & { headers: Record<string, string> },
): string | null {
  if (Object.keys(event.headers).length === 0) return null;
  return sealer.seal(JSON.stringify(event.headers), eventHeadersContext(event));
}

/** The reverse; throws if they were sealed for another event or with an unknown key. */
export function openEventHeaders(
  sealer: Sealer,
  owner: EventOwner,
  sealed: string | null,
): Record<string, string> {
  if (sealed === null) return {};
  return JSON.parse(sealer.open(sealed, eventHeadersContext(owner))) as Record<string, string>;
}

/** What they are bound to. */
export function eventHeadersContext({ environment, tenant, id }: EventOwner): string[] {
  return ['event-headers', environment, tenant, id];
}
