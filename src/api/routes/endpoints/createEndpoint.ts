import { z } from 'zod';
import { maxInScope } from '../../../catalogs/endpointRules.js';
import { generateSecret } from '../../../delivery/signing/generateSecret.js';
import * as store from '../../../store/endpoints.js';
import type { Api } from '../../api.js';
import { checkEndpoint } from '../../checkEndpoint.js';
import { defineEndpoint } from '../../defineEndpoint.js';
import type { ApiDeps } from '../../apiDeps.js';
import { dryRunEndpoint } from '../../dryRunEndpoint.js';
import { readCatalogsOn } from '../../readCatalogsOn.js';
import { endpointDryRun } from '../../schemas/dryRunSchemas.js';
import { endpointShown, newEndpoint } from '../../schemas/endpointSchemas.js';
import { tenantParams } from '../../schemas/params.js';
import { postProblemResponses } from '../../schemas/problemResponses.js';
import { showEndpoint } from '../../showEndpoint.js';

export function createEndpoint(app: Api, deps: ApiDeps): void {
  const { pool, sealer, guard } = deps;
  app.post(
    '/v1/tenants/:tenant/endpoints',
    {
      config: { scope: 'endpoints' },
      schema: {
        tags: ['endpoints'],
        operationId: 'createEndpoint',
        summary: 'Create an endpoint',
        params: tenantParams,
        querystring: z.strictObject({
          dryRun: z
            .enum(['true', 'false'])
            .optional()
            .describe(
              '`true`: nothing is stored; see what would be, and samples of what it would get',
            ),
        }),
        body: newEndpoint,
        response: {
          200: endpointDryRun.describe('What would be created, of a dry run'),
          201: endpointShown.describe('Created'),
          ...postProblemResponses('endpoint_limit', 'scope_limit'),
        },
      },
    },
    async ({ principal: { environment }, actor, params: { tenant }, query, body }, reply) => {
      const {
        secretKind,
        secret = generateSecret(secretKind),
        enabled = true,
        ...definition
      } = body;
      const owner = { environment, tenant };
      const wanted = { ...defineEndpoint(guard, definition), secret, enabled };
      if (query.dryRun === 'true') return reply.send(await dryRunEndpoint(deps, owner, wanted));
      checkEndpoint(wanted, null, await readCatalogsOn(pool, environment));
      const record = await store.createEndpoint(pool, sealer, owner, wanted, maxInScope, actor);
      const shown = showEndpoint(record);
      void reply.header('location', `/v1/tenants/${tenant}/endpoints/${shown.id}`);
      return reply.code(201).send(shown);
    },
  );
}
