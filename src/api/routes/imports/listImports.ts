import * as store from '../../../store/imports.js';
import type { Api } from '../../api.js';
import type { ApiDeps } from '../../apiDeps.js';
import { importFilter, importQuery } from '../../schemas/importQuery.js';
import { importSummary } from '../../schemas/importSchemas.js';
import { idCursor, idPage, listOf, pageOf } from '../../schemas/lists.js';
import { tenantParams } from '../../schemas/params.js';
import { problemResponses } from '../../schemas/problemResponses.js';
import { showImportSummary } from '../../showImport.js';

export function listImports(app: Api, { pool, sealer }: ApiDeps): void {
  app.get(
    '/v1/tenants/:tenant/imports',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['imports'],
        operationId: 'listImports',
        summary: "List a tenant's imports, newest first, without their data and deliveries",
        params: tenantParams,
        querystring: importQuery,
        response: { 200: listOf(importSummary).describe('A page'), ...problemResponses() },
      },
    },
    async ({ principal: { environment }, params: { tenant }, query }) => {
      const filter = { environment, tenant, ...importFilter(query) };
      const rows = await store.listImports(pool, filter, idPage(query));
      return pageOf(rows, query.limit, idCursor, (row) => showImportSummary(sealer, row));
    },
  );
}
