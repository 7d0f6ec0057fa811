import { z } from 'zod';
import * as store from '../../../store/recoveries.js';
import type { Api } from '../../api.js';
import type { ApiDeps } from '../../apiDeps.js';
import { idCursor, idPage, listOf, listQuery, pageOf } from '../../schemas/lists.js';
import { tenantParams } from '../../schemas/params.js';
import { problemResponses } from '../../schemas/problemResponses.js';
import { recoverySummary } from '../../schemas/recoverySchemas.js';
import { showRecoverySummary } from '../../showRecovery.js';

export function listRecoveries(app: Api, { pool }: ApiDeps): void {
  app.get(
    '/v1/tenants/:tenant/recoveries',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['recoveries'],
        operationId: 'listRecoveries',
        summary: "List a tenant's recoveries, newest first",
        params: tenantParams,
        querystring: z.strictObject(listQuery),
        response: { 200: listOf(recoverySummary).describe('A page'), ...problemResponses() },
      },
    },
    async ({ principal: { environment }, params: { tenant }, query }) => {
      const rows = await store.listRecoveries(pool, { environment, tenant }, idPage(query));
      return pageOf(rows, query.limit, idCursor, showRecoverySummary);
    },
  );
}
