import type { Api } from '../../api.js';
import type { ApiDeps } from '../../apiDeps.js';
import { endpointRef } from '../../endpointRef.js';
import { noContent, noQuery } from '../../schemas/nothing.js';
import { endpointParams } from '../../schemas/params.js';
import { problemResponses } from '../../schemas/problemResponses.js';

export function deleteEndpoint(app: Api, { intake }: ApiDeps): void {
  app.delete(
    '/v1/tenants/:tenant/endpoints/:endpointId',
    {
      config: { scope: 'endpoints' },
      schema: {
        tags: ['endpoints'],
        operationId: 'deleteEndpoint',
        summary: 'Delete an endpoint; what is still to be delivered to it is cancelled',
        params: endpointParams,
        querystring: noQuery,
        response: { 204: noContent, ...problemResponses() },
      },
    },
    async (request, reply) => {
      await intake.deleteEndpoint(endpointRef(request), request.actor);
      return reply.code(204).send();
    },
  );
}
