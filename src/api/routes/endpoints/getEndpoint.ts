import * as store from '../../../store/endpoints.js';
import type { Api } from '../../api.js';
import type { ApiDeps } from '../../apiDeps.js';
import { endpointRef } from '../../endpointRef.js';
import { found } from '../../found.js';
import { endpointShown } from '../../schemas/endpointSchemas.js';
import { noQuery } from '../../schemas/nothing.js';
import { endpointParams } from '../../schemas/params.js';
import { problemResponses } from '../../schemas/problemResponses.js';
import { showEndpoint } from '../../showEndpoint.js';

export function getEndpoint(app: Api, { pool, sealer }: ApiDeps): void {
  app.get(
    '/v1/tenants/:tenant/endpoints/:endpointId',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['endpoints'],
        operationId: 'getEndpoint',
        summary: 'Get an endpoint',
        params: endpointParams,
        querystring: noQuery,
        response: { 200: endpointShown, ...problemResponses() },
      },
    },
    async (request) => {
      const record = await store.readEndpoint(pool, sealer, endpointRef(request));
      return showEndpoint(found(record, 'endpoint'));
    },
  );
}
