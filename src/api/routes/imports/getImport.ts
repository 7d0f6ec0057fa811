import { readImport } from '../../../store/imports.js';
import { readImportDeliveries } from '../../../store/readImportDeliveries.js';
import type { Api } from '../../api.js';
import type { ApiDeps } from '../../apiDeps.js';
import { found } from '../../found.js';
import { importShown } from '../../schemas/importSchemas.js';
import { noQuery } from '../../schemas/nothing.js';
import { importParams } from '../../schemas/params.js';
import { problemResponses } from '../../schemas/problemResponses.js';
import { sendJsonText } from '../../sendJsonText.js';
import { showImport } from '../../showImport.js';

export function getImport(app: Api, { pool, sealer }: ApiDeps): void {
  app.get(
    '/v1/tenants/:tenant/imports/:importId',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['imports'],
        operationId: 'getImport',
        summary: 'Get an import: its rows counted, and how far its deliveries are',
        params: importParams,
        querystring: noQuery,
        response: { 200: importShown, ...problemResponses() },
      },
    },
    async ({ principal: { environment }, params: { tenant, importId } }, reply) => {
      const ref = { environment, tenant, name: importId };
      const record = found(await readImport(pool, ref), 'import');
      const deliveries = await readImportDeliveries(pool, record.id);
      return sendJsonText(reply, showImport(sealer, record, deliveries));
    },
  );
}
