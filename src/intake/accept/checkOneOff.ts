import type { AddressGuard } from '../../delivery/address/addressGuard.js';
import { Problem } from '../../domain/problem.js';
import type { SubmittedEvent } from './parseEvent.js';

/** The event with its one-off endpoint's URL normalized, if it has one. Throws where that URL may not be sent to. */
export function checkOneOff(guard: AddressGuard, event: SubmittedEvent): SubmittedEvent {
  const { endpoint } = event;
  if (endpoint === undefined) return event;
  const detail = guard.urlProblem(endpoint.url);
  if (detail !== null) {
    const pointer = '/endpoint/url';
    throw new Problem('invalid_request', `${pointer}: ${detail}`, [{ pointer, detail }]);
  }
  return { ...event, endpoint: { ...endpoint, url: guard.normalizeUrl(endpoint.url) } };
}
