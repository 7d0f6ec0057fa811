import * as store from '../../../store/apiKeys.js';
import type { Api } from '../../api.js';
import { bareId } from '../../bareId.js';
import type { ApiDeps } from '../../apiDeps.js';
import { found } from '../../found.js';
import { apiKeyShown, showApiKey } from '../../schemas/apiKeySchemas.js';
import { noQuery } from '../../schemas/nothing.js';
import { apiKeyParams } from '../../schemas/params.js';
import { problemResponses } from '../../schemas/problemResponses.js';

export function getApiKey(app: Api, { pool }: ApiDeps): void {
  app.get(
    '/v1/api-keys/:keyId',
    {
      config: { scope: 'admin' },
      schema: {
        tags: ['API keys'],
        operationId: 'getApiKey',
        summary: 'Get what is known of an API key',
        params: apiKeyParams,
        querystring: noQuery,
        response: { 200: apiKeyShown, ...problemResponses() },
      },
    },
    async ({ principal, params }) => {
      const record = await store.readApiKey(pool, principal, bareId('apiKey', params.keyId));
      return showApiKey(found(record, 'API key'));
    },
  );
}
