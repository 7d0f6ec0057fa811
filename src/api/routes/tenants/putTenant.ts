import { refuseReservedTenant } from '../../../intake/refuseReserved.js';
import * as store from '../../../store/tenants.js';
import type { Api } from '../../api.js';
import type { ApiDeps } from '../../apiDeps.js';
import { noQuery } from '../../schemas/nothing.js';
import { tenantParams } from '../../schemas/params.js';
import { bodyProblemResponses } from '../../schemas/problemResponses.js';
import { showTenant, tenantInput, tenantShown } from '../../schemas/tenantSchemas.js';

export function putTenant(app: Api, { pool }: ApiDeps): void {
  app.put(
    '/v1/tenants/:tenant',
    {
      config: { scope: 'admin' },
      schema: {
        tags: ['tenants'],
        operationId: 'putTenant',
        summary: 'Create a tenant, or replace its name and metadata',
        description: 'Optional: the first event or endpoint of a tenant creates it too.',
        params: tenantParams,
        querystring: noQuery,
        body: tenantInput,
        response: {
          200: tenantShown.describe('Changed'),
          201: tenantShown.describe('Created'),
          ...bodyProblemResponses('reserved_for_service'),
        },
      },
    },
    async ({ principal: { environment }, actor, params: { tenant }, body }, reply) => {
      refuseReservedTenant(tenant);
      const { record, created } = await store.putTenant(
        pool,
        { environment, tenant },
        { name: body.name ?? null, metadata: body.metadata ?? {} },
        actor,
      );
      if (created) void reply.code(201).header('location', `/v1/tenants/${tenant}`);
      return showTenant(record);
    },
  );
}
