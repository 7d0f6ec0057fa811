import { z } from 'zod';
import { readEndpoint } from '../../../store/endpoints.js';
import type { Api } from '../../api.js';
import type { ApiDeps } from '../../apiDeps.js';
import { endpointRef } from '../../endpointRef.js';
import { found } from '../../found.js';
import { endpointParams } from '../../schemas/params.js';
import { problemResponses } from '../../schemas/problemResponses.js';
import { statsQuery, statsShown } from '../../schemas/statsSchemas.js';
import { showStats } from '../../showStats.js';

export function getEndpointStats(app: Api, { pool, sealer }: ApiDeps): void {
  app.get(
    '/v1/tenants/:tenant/endpoints/:endpointId/stats',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['stats'],
        operationId: 'getEndpointStats',
        summary: 'Count what became of deliveries to an endpoint',
        params: endpointParams,
        querystring: z.strictObject(statsQuery),
        response: { 200: statsShown, ...problemResponses() },
      },
    },
    async (request) => {
      const scope = endpointRef(request);
      found(await readEndpoint(pool, sealer, scope), 'endpoint');
      return await showStats(pool, scope, request.query);
    },
  );
}
