import { setSecretRotation } from '../../../store/secretRotations.js';
import type { Api } from '../../api.js';
import type { ApiDeps } from '../../apiDeps.js';
import { endpointRef } from '../../endpointRef.js';
import { found } from '../../found.js';
import { noContent, noQuery } from '../../schemas/nothing.js';
import { endpointParams } from '../../schemas/params.js';
import { problemResponses } from '../../schemas/problemResponses.js';

export function deleteSecretRotation(app: Api, { pool }: ApiDeps): void {
  app.delete(
    '/v1/tenants/:tenant/endpoints/:endpointId/secret/rotation',
    {
      config: { scope: 'endpoints' },
      schema: {
        tags: ['endpoints'],
        operationId: 'deleteSecretRotation',
        summary: 'Have an endpoint get no new secret by itself',
        params: endpointParams,
        querystring: noQuery,
        response: { 204: noContent, ...problemResponses() },
      },
    },
    async (request, reply) => {
      const endpoint = endpointRef(request);
      found((await setSecretRotation(pool, endpoint, null, request.actor)) || null, 'endpoint');
      return reply.code(204).send();
    },
  );
}
