import { z } from 'zod';
import * as store from '../../../store/apiKeys.js';
import type { Api } from '../../api.js';
import type { ApiDeps } from '../../apiDeps.js';
import { apiKeyShown, showApiKey } from '../../schemas/apiKeySchemas.js';
import { idCursor, idPage, listOf, listQuery, pageOf } from '../../schemas/lists.js';
import { noParams } from '../../schemas/nothing.js';
import { problemResponses } from '../../schemas/problemResponses.js';

export function listApiKeys(app: Api, { pool }: ApiDeps): void {
  app.get(
    '/v1/api-keys',
    {
      config: { scope: 'admin' },
      schema: {
        tags: ['API keys'],
        operationId: 'listApiKeys',
        summary: 'List the API keys that are not revoked, newest first',
        params: noParams,
        querystring: z.strictObject(listQuery),
        response: { 200: listOf(apiKeyShown).describe('A page'), ...problemResponses() },
      },
    },
    async ({ principal, query }) => {
      const rows = await store.listApiKeys(pool, principal, idPage(query));
      return pageOf(rows, query.limit, idCursor, showApiKey);
    },
  );
}
