import * as store from '../../../store/tenants.js';
import type { Api } from '../../api.js';
import type { ApiDeps } from '../../apiDeps.js';
import { found } from '../../found.js';
import { noQuery } from '../../schemas/nothing.js';
import { tenantParams } from '../../schemas/params.js';
import { problemResponses } from '../../schemas/problemResponses.js';
import { showTenant, tenantShown } from '../../schemas/tenantSchemas.js';

export function getTenant(app: Api, { pool }: ApiDeps): void {
  app.get(
    '/v1/tenants/:tenant',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['tenants'],
        operationId: 'getTenant',
        summary: 'Get a tenant',
        params: tenantParams,
        querystring: noQuery,
        response: { 200: tenantShown, ...problemResponses() },
      },
    },
    async ({ principal: { environment }, params: { tenant } }) =>
      showTenant(found(await store.readTenant(pool, { environment, tenant }), 'tenant')),
  );
}
