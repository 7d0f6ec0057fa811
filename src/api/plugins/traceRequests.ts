import type { Api } from '../api.js';
import type { ApiDeps } from '../apiDeps.js';
import { parseTraceParent } from '../../domain/traceParent.js';
import type { OpenSpan } from '../../telemetry/tracing/tracing.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Null: no deliveries come of it. */
    span: OpenSpan | null;
  }
  interface FastifyContextConfig {
    /** Deliveries come of its requests: they are part of the product's trace. */
    traced?: true;
  }
}

/** Spans of the requests that submit events; a product's `traceparent` is continued. */
export function traceRequests(app: Api, { tracing }: Pick<ApiDeps, 'tracing'>): void {
  app.decorateRequest('span', null);
  app.addHook('onRequest', async (request) => {
    const { method, headers, routeOptions } = request;
    const { url = '', config } = routeOptions;
    if (config.traced !== true) return;
    const given = headers['traceparent'];
    request.span = tracing.begin({
      kind: 'server',
      name: `${method} ${url}`,
      parent: parseTraceParent(typeof given === 'string' ? given : null),
      facts: () => ({ 'http.request.method': method, 'http.route': url }),
    });
  });
  app.addHook('onResponse', async ({ span }, { statusCode }) => {
    span?.end(() => ({
      facts: { 'http.response.status_code': statusCode },
      error: statusCode >= 500 ? String(statusCode) : undefined,
    }));
  });
}
