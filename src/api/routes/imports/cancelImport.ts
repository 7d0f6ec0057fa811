import type { Api } from '../../api.js';
import type { ApiDeps } from '../../apiDeps.js';
import { importRun } from '../../schemas/batchSchemas.js';
import { noBody, noQuery } from '../../schemas/nothing.js';
import { importParams } from '../../schemas/params.js';
import { postProblemResponses } from '../../schemas/problemResponses.js';
import { showImportRun } from '../../showImportRun.js';

export function cancelImport(app: Api, { pool, intake }: ApiDeps): void {
  app.post(
    '/v1/tenants/:tenant/imports/:importId/cancel',
    {
      config: { scope: 'send' },
      schema: {
        tags: ['imports'],
        operationId: 'cancelImport',
        summary: 'Cancel an import',
        description:
          'One that is open takes no more rows and makes no events. Of one that is complete the deliveries that bring its rows are cancelled: what was acknowledged stays so, and a success of the batch under way still counts.',
        params: importParams,
        querystring: noQuery,
        body: noBody,
        response: { 200: importRun, ...postProblemResponses() },
      },
    },
    async ({ principal: { environment }, actor, params: { tenant, importId } }) => {
      const ref = { environment, tenant, name: importId };
      return await showImportRun(pool, await intake.cancelImport(ref, actor));
    },
  );
}
