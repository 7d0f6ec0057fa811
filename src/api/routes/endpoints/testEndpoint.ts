import { readEndpoint } from '../../../store/endpoints.js';
import { readLiveSecrets } from '../../../store/endpointSecrets.js';
import type { Api } from '../../api.js';
import type { ApiDeps } from '../../apiDeps.js';
import { endpointRef } from '../../endpointRef.js';
import { found } from '../../found.js';
import { endpointTestInput, endpointTestShown } from '../../schemas/endpointTestSchemas.js';
import { noQuery } from '../../schemas/nothing.js';
import { endpointParams } from '../../schemas/params.js';
import { postProblemResponses } from '../../schemas/problemResponses.js';
import { sendTest } from '../../sendTest.js';

export function testEndpoint(app: Api, deps: ApiDeps): void {
  app.post(
    '/v1/tenants/:tenant/endpoints/:endpointId/test',
    {
      config: { scope: 'endpoints' },
      schema: {
        tags: ['endpoints'],
        operationId: 'testEndpoint',
        summary: 'Send a sample to an endpoint',
        description:
          'One attempt, never retried, of an event that is not stored: the sample of the type where one is declared. ' +
          'Answers 200 also when the receiver failed. Disabled endpoints can be tested too.',
        params: endpointParams,
        querystring: noQuery,
        body: endpointTestInput,
        response: {
          200: endpointTestShown.describe('What came back'),
          ...postProblemResponses('data_unfit_for_format'),
        },
      },
    },
    async (request) => {
      const { pool, sealer } = deps;
      const ref = endpointRef(request);
      const endpoint = found(await readEndpoint(pool, sealer, ref), 'endpoint');
      const live = await readLiveSecrets(pool, sealer, ref);
      const target = { ...endpoint, ...ref, secrets: live.map(({ secret }) => secret) };
      return await sendTest(deps, target, request.body.eventType);
    },
  );
}
