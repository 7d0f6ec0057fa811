import * as store from '../../../store/apiKeys.js';
import type { Api } from '../../api.js';
import type { ApiDeps } from '../../apiDeps.js';
import { grantApiKey } from '../../grantApiKey.js';
import { apiKeyCreated, newApiKey, showApiKey } from '../../schemas/apiKeySchemas.js';
import { noParams, noQuery } from '../../schemas/nothing.js';
import { postProblemResponses } from '../../schemas/problemResponses.js';

export function createApiKey(app: Api, { pool }: ApiDeps): void {
  app.post(
    '/v1/api-keys',
    {
      config: { scope: 'admin', secretMembers: ['key'] },
      schema: {
        tags: ['API keys'],
        operationId: 'createApiKey',
        summary: 'Create an API key of the same environment',
        params: noParams,
        querystring: noQuery,
        body: newApiKey,
        response: {
          201: apiKeyCreated.describe('Created; the key is shown this once'),
          ...postProblemResponses(),
        },
      },
    },
    async ({ principal, actor, body }, reply) => {
      const { record, key } = await store.createApiKey(
        pool,
        grantApiKey(principal, body, Date.now()),
        actor,
      );
      const shown = showApiKey(record);
      void reply.header('location', `/v1/api-keys/${shown.id}`).header('cache-control', 'no-store');
      return reply.code(201).send({ ...shown, key });
    },
  );
}
