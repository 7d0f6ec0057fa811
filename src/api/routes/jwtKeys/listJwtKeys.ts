import { z } from 'zod';
import * as store from '../../../store/jwtKeys.js';
import type { Api } from '../../api.js';
import type { ApiDeps } from '../../apiDeps.js';
import { jwtKeyShown, showJwtKey } from '../../schemas/jwtKeySchemas.js';
import { idCursor, idPage, listOf, listQuery, pageOf } from '../../schemas/lists.js';
import { tenantParams } from '../../schemas/params.js';
import { problemResponses } from '../../schemas/problemResponses.js';

export function listJwtKeys(app: Api, { pool }: ApiDeps): void {
  app.get(
    '/v1/tenants/:tenant/jwt-keys',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['JWT keys'],
        operationId: 'listJwtKeys',
        summary: "List a tenant's JWT keys, newest first",
        params: tenantParams,
        querystring: z.strictObject(listQuery),
        response: { 200: listOf(jwtKeyShown).describe('A page'), ...problemResponses() },
      },
    },
    async ({ principal: { environment }, params: { tenant }, query }) => {
      const rows = await store.listJwtKeys(pool, { environment, tenant }, idPage(query));
      return pageOf(rows, query.limit, idCursor, showJwtKey);
    },
  );
}
