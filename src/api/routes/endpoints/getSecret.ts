import { readEndpoint } from '../../../store/endpoints.js';
import { readLiveSecrets } from '../../../store/endpointSecrets.js';
import { readSecretRotation } from '../../../store/secretRotations.js';
import type { Api } from '../../api.js';
import type { ApiDeps } from '../../apiDeps.js';
import { endpointRef } from '../../endpointRef.js';
import { found } from '../../found.js';
import { endpointSecretsShown } from '../../schemas/endpointSchemas.js';
import { noQuery } from '../../schemas/nothing.js';
import { endpointParams } from '../../schemas/params.js';
import { problemResponses } from '../../schemas/problemResponses.js';
import { showSecretRotation } from '../../showSecretRotation.js';
import { showSecrets } from '../../showSecrets.js';

export function getSecret(app: Api, { pool, sealer }: ApiDeps): void {
  app.get(
    '/v1/tenants/:tenant/endpoints/:endpointId/secret',
    {
      config: { scope: 'endpoints' },
      schema: {
        tags: ['endpoints'],
        operationId: 'getSecret',
        summary: 'See the secrets that sign now',
        params: endpointParams,
        querystring: noQuery,
        response: { 200: endpointSecretsShown, ...problemResponses() },
      },
    },
    async (request, reply) => {
      const endpoint = endpointRef(request);
      found(await readEndpoint(pool, sealer, endpoint), 'endpoint');
      void reply.header('cache-control', 'no-store');
      const rotation = await readSecretRotation(pool, endpoint.endpointId);
      return {
        ...showSecrets(await readLiveSecrets(pool, sealer, endpoint)),
        rotation: rotation && showSecretRotation(rotation),
      };
    },
  );
}
