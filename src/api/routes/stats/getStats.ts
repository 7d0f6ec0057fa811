import { z } from 'zod';
import type { Api } from '../../api.js';
import type { ApiDeps } from '../../apiDeps.js';
import { noParams } from '../../schemas/nothing.js';
import { tenantId } from '../../schemas/params.js';
import { problemResponses } from '../../schemas/problemResponses.js';
import { statsQuery, statsShown } from '../../schemas/statsSchemas.js';
import { showStats } from '../../showStats.js';
import { tenantAsked } from '../../tenantAsked.js';

export function getStats(app: Api, { pool }: ApiDeps): void {
  app.get(
    '/v1/stats',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['stats'],
        operationId: 'getStats',
        summary: 'Count what became of deliveries, over all tenants or of one',
        params: noParams,
        querystring: z.strictObject({ ...statsQuery, tenant: tenantId.optional() }),
        response: { 200: statsShown, ...problemResponses() },
      },
    },
    async ({ principal, query }) => {
      const { environment } = principal;
      const tenant = tenantAsked(principal, query.tenant);
      return await showStats(pool, { environment, tenant, endpointId: null }, query);
    },
  );
}
