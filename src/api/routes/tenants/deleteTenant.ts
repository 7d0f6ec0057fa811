import { Problem } from '../../../domain/problem.js';
import { refuseReservedTenant } from '../../../intake/refuseReserved.js';
import * as store from '../../../store/tenants.js';
import type { Api } from '../../api.js';
import type { ApiDeps } from '../../apiDeps.js';
import { found } from '../../found.js';
import { noContent, noQuery } from '../../schemas/nothing.js';
import { tenantParams } from '../../schemas/params.js';
import { problemResponses } from '../../schemas/problemResponses.js';

export function deleteTenant(app: Api, { pool }: ApiDeps): void {
  app.delete(
    '/v1/tenants/:tenant',
    {
      config: { scope: 'admin' },
      schema: {
        tags: ['tenants'],
        operationId: 'deleteTenant',
        summary: 'Delete a tenant that has no endpoints',
        description: 'Its events and deliveries stay; another event or endpoint creates it again.',
        params: tenantParams,
        querystring: noQuery,
        response: { 204: noContent, ...problemResponses('tenant_in_use', 'reserved_for_service') },
      },
    },
    async ({ principal: { environment }, actor, params: { tenant } }, reply) => {
      refuseReservedTenant(tenant);
      const result = await store.deleteTenant(pool, { environment, tenant }, actor);
      if (result === 'in use') {
        throw new Problem('tenant_in_use', "Delete the tenant's endpoints first.");
      }
      found(result === 'deleted' ? result : null, 'tenant');
      return reply.code(204).send();
    },
  );
}
