import * as store from '../../../store/imports.js';
import type { Api } from '../../api.js';
import type { ApiDeps } from '../../apiDeps.js';
import { importFilter, importQuery } from '../../schemas/importQuery.js';
import { importSummary } from '../../schemas/importSchemas.js';
import { idCursor, idPage, listOf, pageOf } from '../../schemas/lists.js';
import { noParams } from '../../schemas/nothing.js';
import { tenantId } from '../../schemas/params.js';
import { problemResponses } from '../../schemas/problemResponses.js';
import { showImportSummary } from '../../showImport.js';
import { tenantAsked } from '../../tenantAsked.js';

export function listAllImports(app: Api, { pool, sealer }: ApiDeps): void {
  app.get(
    '/v1/imports',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['imports'],
        operationId: 'listAllImports',
        summary: 'List the imports of all tenants, newest first, without their data and deliveries',
        params: noParams,
        querystring: importQuery.extend({ tenant: tenantId.optional() }),
        response: { 200: listOf(importSummary).describe('A page'), ...problemResponses() },
      },
    },
    async ({ principal, query }) => {
      const tenant = tenantAsked(principal, query.tenant);
      const filter = { environment: principal.environment, tenant, ...importFilter(query) };
      const rows = await store.listImports(pool, filter, idPage(query));
      return pageOf(rows, query.limit, idCursor, (row) => showImportSummary(sealer, row));
    },
  );
}
