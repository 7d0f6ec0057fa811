import { maxInScope } from '../../../catalogs/endpointRules.js';
import type { EndpointDefinition } from '../../../store/endpointDefinition.js';
import * as store from '../../../store/endpoints.js';
import type { Api } from '../../api.js';
import { checkEndpoint } from '../../checkEndpoint.js';
import { defineEndpoint } from '../../defineEndpoint.js';
import type { ApiDeps } from '../../apiDeps.js';
import { endpointRef } from '../../endpointRef.js';
import { found } from '../../found.js';
import { patchEndpoint } from '../../patchEndpoint.js';
import { readCatalogsOn } from '../../readCatalogsOn.js';
import { endpointPatch, endpointShown } from '../../schemas/endpointSchemas.js';
import { noQuery } from '../../schemas/nothing.js';
import { endpointParams } from '../../schemas/params.js';
import { bodyProblemResponses } from '../../schemas/problemResponses.js';
import { showEndpoint } from '../../showEndpoint.js';

export function changeEndpoint(app: Api, { pool, sealer, guard, intake }: ApiDeps): void {
  app.patch(
    '/v1/tenants/:tenant/endpoints/:endpointId',
    {
      config: { scope: 'endpoints' },
      schema: {
        tags: ['endpoints'],
        operationId: 'changeEndpoint',
        summary: 'Change an endpoint by a JSON Merge Patch; null restores a default',
        consumes: ['application/merge-patch+json', 'application/json'],
        params: endpointParams,
        querystring: noQuery,
        body: endpointPatch,
        response: {
          200: endpointShown.describe('Changed'),
          ...bodyProblemResponses('scope_limit'),
        },
      },
    },
    async (request) => {
      const endpoint = endpointRef(request);
      const { enabled, ...patch } = request.body;
      const catalogs = await readCatalogsOn(pool, endpoint.environment);
      const change = (current: EndpointDefinition): EndpointDefinition => {
        const definition = defineEndpoint(guard, patchEndpoint(current, patch));
        checkEndpoint(definition, current, catalogs);
        return definition;
      };
      const changed = await store.changeEndpoint(
        pool,
        sealer,
        endpoint,
        change,
        maxInScope,
        request.actor,
      );
      const record = found(changed, 'endpoint');
      if (enabled === undefined) return showEndpoint(record);
      // Null restores the default, which is enabled. The gate is the intake's, since deliveries wait behind it.
      await (enabled === false
        ? intake.disableEndpoint(endpoint, request.actor)
        : intake.enableEndpoint(endpoint, request.actor));
      return showEndpoint(found(await store.readEndpoint(pool, sealer, endpoint), 'endpoint'));
    },
  );
}
