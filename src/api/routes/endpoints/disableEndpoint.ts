import * as store from '../../../store/endpoints.js';
import type { Api } from '../../api.js';
import type { ApiDeps } from '../../apiDeps.js';
import { endpointRef } from '../../endpointRef.js';
import { found } from '../../found.js';
import { endpointShown } from '../../schemas/endpointSchemas.js';
import { noBody, noQuery } from '../../schemas/nothing.js';
import { endpointParams } from '../../schemas/params.js';
import { postProblemResponses } from '../../schemas/problemResponses.js';
import { showEndpoint } from '../../showEndpoint.js';

export function disableEndpoint(app: Api, { pool, sealer, intake }: ApiDeps): void {
  app.post(
    '/v1/tenants/:tenant/endpoints/:endpointId/disable',
    {
      config: { scope: 'endpoints' },
      schema: {
        tags: ['endpoints'],
        operationId: 'disableEndpoint',
        summary: 'Disable an endpoint; its deliveries are queued until it is enabled',
        params: endpointParams,
        querystring: noQuery,
        body: noBody,
        response: { 200: endpointShown.describe('Disabled'), ...postProblemResponses() },
      },
    },
    async (request) => {
      const endpoint = endpointRef(request);
      await intake.disableEndpoint(endpoint, request.actor);
      return showEndpoint(found(await store.readEndpoint(pool, sealer, endpoint), 'endpoint'));
    },
  );
}
