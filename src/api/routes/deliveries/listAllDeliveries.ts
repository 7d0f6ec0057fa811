import { listDeliveries } from '../../../store/listDeliveries.js';
import type { Api } from '../../api.js';
import { deliveryFilter, deliveryQuery, mayBeShort } from '../../deliveryFilter.js';
import type { ApiDeps } from '../../apiDeps.js';
import { deliverySummary } from '../../schemas/deliverySchemas.js';
import { idPage, listOf, pageOfLooked } from '../../schemas/lists.js';
import { noParams } from '../../schemas/nothing.js';
import { tenantId } from '../../schemas/params.js';
import { problemResponses } from '../../schemas/problemResponses.js';
import { showDelivery } from '../../showDelivery.js';
import { tenantAsked } from '../../tenantAsked.js';

export function listAllDeliveries(app: Api, { pool }: ApiDeps): void {
  app.get(
    '/v1/deliveries',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['deliveries'],
        operationId: 'listAllDeliveries',
        summary: 'List the deliveries of all tenants, newest first',
        params: noParams,
        querystring: deliveryQuery.extend({ tenant: tenantId.optional() }),
        response: { 200: listOf(deliverySummary).describe(mayBeShort), ...problemResponses() },
      },
    },
    async ({ principal, query }) => {
      const { environment } = principal;
      const scope = { environment, tenant: tenantAsked(principal, query.tenant) };
      const page = await listDeliveries(pool, deliveryFilter(scope, query), idPage(query));
      return pageOfLooked(page, query.limit, showDelivery);
    },
  );
}
