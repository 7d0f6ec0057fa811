import { readEndpoint } from '../../../store/endpoints.js';
import type { Api } from '../../api.js';
import type { ApiDeps } from '../../apiDeps.js';
import { endpointRef } from '../../endpointRef.js';
import { found } from '../../found.js';
import { noQuery } from '../../schemas/nothing.js';
import { endpointParams } from '../../schemas/params.js';
import { postProblemResponses } from '../../schemas/problemResponses.js';
import { newEndpointRecovery, recoveryShown } from '../../schemas/recoverySchemas.js';
import { showRecovery } from '../../showRecovery.js';
import { recoveryLocation, startRecovery } from '../../startRecovery.js';

export function recoverEndpoint(app: Api, deps: ApiDeps): void {
  app.post(
    '/v1/tenants/:tenant/endpoints/:endpointId/recover',
    {
      config: { scope: 'send' },
      schema: {
        tags: ['recoveries'],
        operationId: 'recoverEndpoint',
        summary: 'Send again what failed of an endpoint',
        description:
          'Makes a recovery of this endpoint. While it is disabled or paused, what is resent waits in its queue.',
        params: endpointParams,
        querystring: noQuery,
        body: newEndpointRecovery,
        response: {
          202: recoveryShown.describe('It is running'),
          ...postProblemResponses('recovery_limit'),
        },
      },
    },
    async (request, reply) => {
      const ref = endpointRef(request);
      found(await readEndpoint(deps.pool, deps.sealer, ref), 'endpoint');
      const body = { ...request.body, endpointIds: [request.params.endpointId] };
      const record = await startRecovery(deps, ref, body, request.actor);
      const shown = showRecovery(record, deps);
      return reply.code(202).header('location', recoveryLocation(ref, shown)).send(shown);
    },
  );
}
