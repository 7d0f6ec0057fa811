import { z } from 'zod';
import * as store from '../../../store/tenants.js';
import type { Api } from '../../api.js';
import type { ApiDeps } from '../../apiDeps.js';
import { listOf, listQuery, nameCursor, namePage, pageOf } from '../../schemas/lists.js';
import { noParams } from '../../schemas/nothing.js';
import { problemResponses } from '../../schemas/problemResponses.js';
import { showTenant, tenantShown } from '../../schemas/tenantSchemas.js';

export function listTenants(app: Api, { pool }: ApiDeps): void {
  app.get(
    '/v1/tenants',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['tenants'],
        operationId: 'listTenants',
        summary: 'List tenants, newest first',
        params: noParams,
        querystring: z.strictObject(listQuery),
        response: { 200: listOf(tenantShown).describe('A page'), ...problemResponses() },
      },
    },
    async ({ principal, query }) => {
      const wanted = { environment: principal.environment, only: principal.tenant };
      const rows = await store.listTenants(pool, wanted, namePage(query));
      return pageOf(
        rows,
        query.limit,
        ({ id, createdAtMicros }) => nameCursor({ createdAtMicros, name: id }),
        showTenant,
      );
    },
  );
}
