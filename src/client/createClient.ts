import createTypedClient, { type Client } from 'openapi-fetch';
import { createRetryingFetch } from './retryingFetch.js';
import type { paths } from './schema.js';

export interface ClientOptions {
  /** Where the API is: `https://everhook.example.com`. */
  url: string;
  /** `evh_…` */
  apiKey: string;
  /** Tries after the first where no answer came, or 429, 502, 503 or 504; 4 unless told. */
  maxRetries?: number;
  /** Of one try; 30,000 unless told. The test of a slow endpoint may need more. */
  timeoutMs?: number;
}

/** `client.POST('/v1/tenants/{tenant}/events', { params, body })`: every route, typed by the OpenAPI document. */
export type EverhookClient = Client<paths>;

const defaultMaxRetries = 4;
const defaultTimeoutMs = 30_000;

/**
 * A client of the HTTP API. Calls give `{ data, error, response }`; `dataOf` gives the data or throws. Throws a
 * `TypeError` where the URL is none.
 */
export function createClient({
  url,
  apiKey,
  maxRetries = defaultMaxRetries,
  timeoutMs = defaultTimeoutMs,
}: ClientOptions): EverhookClient {
  return createTypedClient<paths>({
    baseUrl: new URL(url).href,
    headers: { authorization: `Bearer ${apiKey}` },
    fetch: createRetryingFetch({ maxRetries, timeoutMs }),
  });
}
