import { z } from 'zod';
import * as store from '../../../store/endpoints.js';
import type { Api } from '../../api.js';
import type { ApiDeps } from '../../apiDeps.js';
import { endpointShown } from '../../schemas/endpointSchemas.js';
import { idCursor, idPage, listOf, listQuery, pageOf } from '../../schemas/lists.js';
import { tenantParams } from '../../schemas/params.js';
import { problemResponses } from '../../schemas/problemResponses.js';
import { showEndpoint } from '../../showEndpoint.js';

export function listEndpoints(app: Api, { pool, sealer }: ApiDeps): void {
  app.get(
    '/v1/tenants/:tenant/endpoints',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['endpoints'],
        operationId: 'listEndpoints',
        summary: "List a tenant's endpoints, newest first",
        params: tenantParams,
        querystring: z.strictObject(listQuery),
        response: { 200: listOf(endpointShown).describe('A page'), ...problemResponses() },
      },
    },
    async ({ principal: { environment }, params: { tenant }, query }) => {
      const filter = { environment, tenant, endpointId: null, state: null };
      const rows = await store.listEndpoints(pool, sealer, filter, idPage(query));
      return pageOf(rows, query.limit, idCursor, showEndpoint);
    },
  );
}
