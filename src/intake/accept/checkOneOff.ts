import type { AddressGuard } from '../../delivery/address/addressGuard.js';
import { Problem } from '../../domain/problem.js';

/** An event or an import with its one-off endpoint's URL normalized, if it has one. Throws where that URL may not be sent to. */
export function checkOneOff<T extends { endpoint?: { url: string } | undefined }>(
  guard: AddressGuard,
  given: T,
): T {
  const { endpoint } = given;
  if (endpoint === undefined) return given;
  const detail = guard.urlProblem(endpoint.url);
  if (detail !== null) {
    const pointer = '/endpoint/url';
    throw new Problem('invalid_request', `${pointer}: ${detail}`, [{ pointer, detail }]);
  }
  return { ...given, endpoint: { ...endpoint, url: guard.normalizeUrl(endpoint.url) } };
}
