import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Api } from '../api.js';
import type { ApiWaits } from '../apiDeps.js';

const timers = new WeakMap<IncomingMessage, NodeJS.Timeout>();

/**
 * Every body has a time to arrive in, from the first that is known of its request. Node's own `requestTimeout` would be
 * the same for all; uploads are bounded by silence instead, and lift this bound.
 */
export function boundBodies(app: Api, { bodyMs }: Pick<ApiWaits, 'bodyMs'>): void {
  // Before Fastify's own listener, which may have come as far as the route when it returns.
  app.server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    if (hasBody(request)) boundBody(request, response, bodyMs);
  });
}

/** From now on; where the answer has gone out by then, what still comes is read and dropped until then. */
export function boundBody(
  request: IncomingMessage,
  response: ServerResponse,
  timeMs: number,
): void {
  liftBodyBound(request);
  if (request.readableEnded || request.destroyed) return;
  const timer = setTimeout(() => cut(request, response), timeMs);
  timers.set(request, timer);
  request.once('close', () => clearTimeout(timer));
}

/** For a request that is bounded in another way. */
export function liftBodyBound(request: IncomingMessage): void {
  clearTimeout(timers.get(request));
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
}

/** As Node does it: 408 where nothing was answered yet. */
function cut({ socket }: IncomingMessage, { headersSent }: ServerResponse): void {
  if (!headersSent && socket.writable) {
    socket.write('HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
  }
  socket.destroy();
}
