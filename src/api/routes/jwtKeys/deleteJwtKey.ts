import * as store from '../../../store/jwtKeys.js';
import type { Api } from '../../api.js';
import type { ApiDeps } from '../../apiDeps.js';
import { bareId } from '../../bareId.js';
import { found } from '../../found.js';
import { noContent, noQuery } from '../../schemas/nothing.js';
import { jwtKeyParams } from '../../schemas/params.js';
import { problemResponses } from '../../schemas/problemResponses.js';

export function deleteJwtKey(app: Api, { pool }: ApiDeps): void {
  app.delete(
    '/v1/tenants/:tenant/jwt-keys/:keyId',
    {
      config: { scope: 'endpoints' },
      schema: {
        tags: ['JWT keys'],
        operationId: 'deleteJwtKey',
        summary: 'Delete a JWT key; what it signed is accepted no longer',
        params: jwtKeyParams,
        querystring: noQuery,
        response: { 204: noContent, ...problemResponses() },
      },
    },
    async ({ principal: { environment }, actor, params: { tenant, keyId } }, reply) => {
      const id = bareId('jwtKey', keyId);
      const isDeleted = await store.deleteJwtKey(pool, { environment, tenant }, id, actor);
      found(isDeleted ? true : null, 'JWT key');
      return reply.code(204).send();
    },
  );
}
