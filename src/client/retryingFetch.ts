import { asProblem } from './problemError.js';
import { retryWaitMs, type TryResult } from './retryWaitMs.js';
import { UnreachableError } from './unreachableError.js';

export interface RetryingFetchOptions {
  /** Tries after the first. */
  maxRetries: number;
  /** Of one try, until the last byte of its answer. */
  timeoutMs: number;
}

const idempotencyKey = 'idempotency-key';

/**
 * A `fetch` that tries again what may pass: no answer, 429, 502, 503, 504. Every POST gets an idempotency key that all its
 * tries share, so that none has an effect twice; the other methods are idempotent anyway. The last answer is returned
 * whatever it is; `UnreachableError` is thrown where there was none, and the signal's reason where the caller aborts.
 */
export function createRetryingFetch(
  options: RetryingFetchOptions,
): (request: Request) => Promise<Response> {
  return async (request) => {
    const headers = new Headers(request.headers);
    if (request.method === 'POST' && !headers.has(idempotencyKey)) {
      headers.set(idempotencyKey, crypto.randomUUID());
    }
    // A body is a stream, which can be sent once.
    const body = request.body === null ? null : await request.arrayBuffer();
    const { url, method, signal } = request;
    for (let triesMade = 1; ; triesMade += 1) {
      const made = await tryOnce(url, { method, headers, body, signal }, options.timeoutMs);
      const isLast = triesMade > options.maxRetries;
      const waitMs = isLast ? null : retryWaitMs(made.result, triesMade, Math.random(), Date.now());
      if (waitMs !== null) {
        await pause(waitMs, signal);
        continue;
      }
      if (made.response !== null) return made.response;
      throw new UnreachableError(url, triesMade, made.error);
    }
  };
}

interface Sent extends RequestInit {
  signal: AbortSignal;
}

type Try =
  { response: Response; result: TryResult } | { response: null; error: unknown; result: TryResult };

async function tryOnce(url: string, init: Sent, timeoutMs: number): Promise<Try> {
  const signal = AbortSignal.any([init.signal, AbortSignal.timeout(timeoutMs)]);
  try {
    const response = await fetch(url, { ...init, signal });
    // Read whole: an answer that breaks off is none.
    const body = await response.arrayBuffer();
    const { status, statusText, headers } = response;
    return {
      response: new Response(body.byteLength === 0 ? null : body, { status, statusText, headers }),
      result: { status, retryAfter: headers.get('retry-after'), code: codeOf(headers, body) },
    };
  } catch (error) {
    init.signal.throwIfAborted();
    return { response: null, error, result: { status: null, retryAfter: null, code: null } };
  }
}

function codeOf(headers: Headers, body: ArrayBuffer): string | null {
  if (!headers.get('content-type')?.startsWith('application/problem+json')) return null;
  try {
    return asProblem(JSON.parse(new TextDecoder().decode(body)))?.code ?? null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Ends early, by throwing the signal's reason, when the caller aborts. */
async function pause(waitMs: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, waitMs);
    signal.addEventListener('abort', stop, { once: true });
  });
}
