import type { Api } from '../../api.js';
import type { ApiDeps } from '../../apiDeps.js';
import { importRun } from '../../schemas/batchSchemas.js';
import { noBody, noQuery } from '../../schemas/nothing.js';
import { importParams } from '../../schemas/params.js';
import { postProblemResponses } from '../../schemas/problemResponses.js';
import { showImportRun } from '../../showImportRun.js';

export function pauseImport(app: Api, { pool, intake }: ApiDeps): void {
  app.post(
    '/v1/tenants/:tenant/imports/:importId/pause',
    {
      config: { scope: 'send' },
      schema: {
        tags: ['imports'],
        operationId: 'pauseImport',
        summary: "Hold the batches of an import's rows",
        description: 'A batch under way ends as it will; none follows until it is resumed.',
        params: importParams,
        querystring: noQuery,
        body: noBody,
        response: {
          200: importRun,
          ...postProblemResponses('import_not_complete', 'import_cancelled'),
        },
      },
    },
    async ({ principal: { environment }, actor, params: { tenant, importId } }) => {
      const ref = { environment, tenant, name: importId };
      return await showImportRun(pool, await intake.pauseImport(ref, actor));
    },
  );
}
