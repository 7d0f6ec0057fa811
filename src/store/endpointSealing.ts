import type { Sealer } from './sealer.js';
import type { EndpointRef } from '../domain/refs.js';

export interface SealedTarget {
  /** Without its query. */
  url: string;
  urlQuerySealed: string | null;
  headersSealed: string | null;
}

export interface Target {
  /** Whole, as it is requested. */
  url: string;
  /** The custom headers. */
  headers: Record<string, string>;
}

/** The URL's query and the custom headers may carry credentials, so both are sealed. */
export function sealTarget(
  sealer: Sealer,
  endpoint: EndpointRef,
  { url, headers }: Target,
): SealedTarget {
  const queryStart = url.indexOf('?');
  return {
    url: queryStart === -1 ? url : url.slice(0, queryStart),
    urlQuerySealed:
      queryStart === -1 ? null : sealer.seal(url.slice(queryStart), queryContext(endpoint)),
    headersSealed:
      Object.keys(headers).length === 0
        ? null
        : sealer.seal(JSON.stringify(headers), headersContext(endpoint)),
  };
}

/** The reverse of `sealTarget`; throws if a value was sealed for another endpoint or with an unknown key. */
export function openTarget(sealer: Sealer, endpoint: EndpointRef, sealed: SealedTarget): Target {
  const { url, urlQuerySealed, headersSealed } = sealed;
  const query = urlQuerySealed === null ? '' : sealer.open(urlQuerySealed, queryContext(endpoint));
  const headers =
    headersSealed === null
      ? {}
      : (JSON.parse(sealer.open(headersSealed, headersContext(endpoint))) as Record<
          string,
          string
        >);
  return { url: url + query, headers };
}

/** What a signing secret is bound to when it is sealed. */
export function secretContext(
  { environment, tenant, endpointId }: EndpointRef,
  secretId: string,
  version: number,
): string[] {
  return ['endpoint-secret', environment, tenant, endpointId, secretId, String(version)];
}

/** What an endpoint's custom headers are bound to. */
export function headersContext({ environment, tenant, endpointId }: EndpointRef): string[] {
  return ['endpoint-headers', environment, tenant, endpointId];
}

/** What the query of an endpoint's URL is bound to. */
export function queryContext({ environment, tenant, endpointId }: EndpointRef): string[] {
  return ['endpoint-url', environment, tenant, endpointId];
}
