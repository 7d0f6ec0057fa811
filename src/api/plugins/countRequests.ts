import type { Api } from '../api.js';
import type { ApiDeps } from '../apiDeps.js';

/** Counts answers by route, not by path: paths have ids in them. */
export function countRequests(app: Api, { metrics }: Pick<ApiDeps, 'metrics'>): void {
  app.addHook('onResponse', async ({ method, routeOptions: { url } }, { statusCode }) => {
    metrics.httpRequests.inc({
      method,
      route: url ?? 'none',
      status: `${Math.floor(statusCode / 100)}xx`,
    });
  });
}
