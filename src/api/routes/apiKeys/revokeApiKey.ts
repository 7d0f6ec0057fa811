import * as store from '../../../store/apiKeys.js';
import type { Api } from '../../api.js';
import { bareId } from '../../bareId.js';
import type { ApiDeps } from '../../apiDeps.js';
import { found } from '../../found.js';
import { noContent, noQuery } from '../../schemas/nothing.js';
import { apiKeyParams } from '../../schemas/params.js';
import { problemResponses } from '../../schemas/problemResponses.js';

export function revokeApiKey(app: Api, { pool }: ApiDeps): void {
  app.delete(
    '/v1/api-keys/:keyId',
    {
      config: { scope: 'admin' },
      schema: {
        tags: ['API keys'],
        operationId: 'revokeApiKey',
        summary: 'Revoke an API key; takes effect within 5 seconds',
        params: apiKeyParams,
        querystring: noQuery,
        response: { 204: noContent, ...problemResponses() },
      },
    },
    async ({ principal, actor, params }, reply) => {
      const id = bareId('apiKey', params.keyId);
      const revoked = await store.revokeApiKey(pool, principal, id, actor);
      found(revoked ? params.keyId : null, 'API key');
      return reply.code(204).send();
    },
  );
}
