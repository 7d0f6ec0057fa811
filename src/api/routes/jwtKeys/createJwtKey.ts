import * as store from '../../../store/jwtKeys.js';
import type { Api } from '../../api.js';
import { refuseReservedTenant } from '../../../intake/refuseReserved.js';
import type { ApiDeps } from '../../apiDeps.js';
import { defineJwtKey } from '../../defineJwtKey.js';
import { jwtKeyShown, newJwtKey, showJwtKey } from '../../schemas/jwtKeySchemas.js';
import { noQuery } from '../../schemas/nothing.js';
import { tenantParams } from '../../schemas/params.js';
import { postProblemResponses } from '../../schemas/problemResponses.js';

export function createJwtKey(app: Api, { pool, sealer }: ApiDeps): void {
  app.post(
    '/v1/tenants/:tenant/jwt-keys',
    {
      config: { scope: 'endpoints' },
      schema: {
        tags: ['JWT keys'],
        operationId: 'createJwtKey',
        summary: 'Add a key that verifies the claims which the tenant signs itself',
        params: tenantParams,
        querystring: noQuery,
        body: newJwtKey,
        response: {
          201: jwtKeyShown.describe('Added'),
          ...postProblemResponses('jwt_key_limit', 'kid_in_use', 'reserved_for_service'),
        },
      },
    },
    async ({ principal: { environment }, actor, params: { tenant }, body }, reply) => {
      refuseReservedTenant(tenant);
      const wanted = defineJwtKey(body);
      const owner = { environment, tenant };
      const record = await store.createJwtKey(pool, sealer, owner, wanted, actor);
      const shown = showJwtKey(record);
      void reply.header('location', `/v1/tenants/${tenant}/jwt-keys/${shown.id}`);
      return reply.code(201).send(shown);
    },
  );
}
