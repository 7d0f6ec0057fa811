import type { AddressGuard } from '../delivery/address/addressGuard.js';
import { Problem } from '../domain/problem.js';

/** An endpoint's URL as it is to be stored and dialled. Throws `invalid_request` where it may not be sent to. */
export function endpointUrl(guard: AddressGuard, url: string): string {
  const detail = guard.urlProblem(url);
  if (detail !== null) {
    throw new Problem('invalid_request', `/url: ${detail}`, [{ pointer: '/url', detail }]);
  }
  return guard.normalizeUrl(url);
}
