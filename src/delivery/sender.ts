import { lookup as systemLookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import type { Pool } from 'undici';
import type { Answer } from '../domain/answer.js';
import { BoundedMemo } from '../domain/boundedMemo.js';
import type { AddressGuard } from './address/addressGuard.js';
import { createConnector } from './connector.js';
import { Exchange } from './exchange.js';
import { createOriginPools } from './originPools.js';
import { userAgent } from './userAgent.js';

export interface OutgoingRequest {
  url: string;
  /** Sent as they are; `accept-encoding` and, if absent, `user-agent` are added. */
  headers: Readonly<Record<string, string>>;
  /** As bytes where it is large: it is encoded once then, and not for each signature. */
  body: string | Uint8Array;
  /** Ends the request, which then throws the signal's reason: it isn't the receiver's doing. */
  signal?: AbortSignal;
  /** From the start to the receiver's status: waiting for a connection, look-up, TCP and TLS included. */
  timeoutMs: number;
}

export interface Sender {
  /**
   * One POST. Whatever the receiver does, or its address, comes back as a value; throws only for what is ours: out of
   * file descriptors, a header that can't be sent, a sender that was closed meanwhile.
   */
  send(request: OutgoingRequest): Promise<Answer>;
  /** Ends all connections now; what is in flight throws, so that it's made again and not held against a receiver. */
  close(): Promise<void>;
}

export interface SenderOptions {
  guard: AddressGuard;
  /** How much of an answer's body is kept. */
  maxResponseBytes: number;
  /**
   * Connections to one origin at once, 256 unless told. More than that wait, within their own time-outs: a host that
   * hangs can't take all of the process's sockets.
   */
  maxConnectionsPerOrigin?: number;
  /** How long an unused connection is kept, 4,000 unless told: less than the 5 s after which many servers close theirs. */
  keepAliveMs?: number;
  /** For look-up, TCP and TLS together, 10,000 unless told; a shorter time-out of the request counts first. */
  connectTimeoutMs?: number;
  /** Resolves names; the system's resolver (`dns.lookup`) unless told. */
  lookup?: LookupFunction;
  /** Certificate authorities (PEM) trusted besides those that come with Node. */
  ca?: readonly string[];
}

/** After so many requests a busy connection is renewed, so that a receiver's move to another address is followed. */
const maxRequestsPerConnection = 1_000;

/** URLs whose text was checked: what is allowed doesn't change while this process lives. Addresses are not kept. */
const maxTargetsKept = 10_000;

export function createSender(options: SenderOptions): Sender {
  const { guard, maxResponseBytes, keepAliveMs = 4_000 } = options;
  const poolOptions: Pool.Options = {
    connect: createConnector({
      guard,
      lookup: options.lookup ?? systemLookup,
      connectTimeoutMs: options.connectTimeoutMs ?? 10_000,
      ...(options.ca === undefined ? {} : { ca: options.ca }),
    }),
    connections: options.maxConnectionsPerOrigin ?? 256,
    maxRequestsPerClient: maxRequestsPerConnection,
    keepAliveTimeout: keepAliveMs,
    keepAliveMaxTimeout: keepAliveMs,
    // The exchange's deadline alone counts; undici's own would end a request that may last 15 minutes after five.
    headersTimeout: 0,
    bodyTimeout: 0,
  };
  const pools = createOriginPools(poolOptions, 5 * keepAliveMs);

  const targets = new BoundedMemo<CheckedTarget>(maxTargetsKept);
  const exchange = (pool: Pool, path: string, request: OutgoingRequest): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const { timeoutMs, body, signal } = request;
      const headers = completeHeaders(request.headers);
      const handler = new Exchange({ timeoutMs, maxResponseBytes }, { resolve, reject });
      if (signal !== undefined) handler.endWith(signal);
      pool.dispatch({ path, method: 'POST', headers, body }, handler);
    });

  return {
    async send(request) {
      const { target, problem } = targets.of(request.url, () => targetOf(guard, request.url));
      if (target === null) return refusedAnswer(problem);
      return pools.use(target.origin, (pool) => exchange(pool, target.path, request));
    },
    close: () => pools.close(),
  };
}

function completeHeaders(headers: OutgoingRequest['headers']): Record<string, string> {
  const hasUserAgent = Object.keys(headers).some((name) => name.toLowerCase() === 'user-agent');
  const own = { 'accept-encoding': 'identity', ...headers };
  return hasUserAgent ? own : { 'user-agent': userAgent, ...own };
}

type CheckedTarget =
  { target: { origin: string; path: string }; problem: null } | { target: null; problem: string };

function targetOf(guard: AddressGuard, text: string): CheckedTarget {
  const { url, problem } = guard.checkUrl(text);
  if (url === null) return { target: null, problem };
  return { target: { origin: url.origin, path: url.pathname + url.search }, problem: null };
}

/** A URL that was accepted once and is refused now: the operator has changed what is allowed. */
function refusedAnswer(problem: string): Answer {
  return {
    outcome: 'failure',
    status: null,
    failure: 'unreachable',
    startedAtMs: Date.now(),
    durationMs: 0,
    headers: {},
    body: '',
    bodyTruncated: false,
    operatorDetail: problem,
  };
}
