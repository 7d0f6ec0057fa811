import * as store from '../../../store/listDeliveries.js';
import type { Api } from '../../api.js';
import type { ApiDeps } from '../../apiDeps.js';
import { deliveryFilter, deliveryQuery, mayBeShort } from '../../deliveryFilter.js';
import { deliverySummary } from '../../schemas/deliverySchemas.js';
import { idPage, listOf, pageOfLooked } from '../../schemas/lists.js';
import { tenantParams } from '../../schemas/params.js';
import { problemResponses } from '../../schemas/problemResponses.js';
import { showDelivery } from '../../showDelivery.js';

export function listDeliveries(app: Api, { pool }: ApiDeps): void {
  app.get(
    '/v1/tenants/:tenant/deliveries',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['deliveries'],
        operationId: 'listDeliveries',
        summary: "List a tenant's deliveries, newest first",
        params: tenantParams,
        querystring: deliveryQuery,
        response: { 200: listOf(deliverySummary).describe(mayBeShort), ...problemResponses() },
      },
    },
    async ({ principal: { environment }, params: { tenant }, query }) => {
      const filter = deliveryFilter({ environment, tenant }, query);
      const page = await store.listDeliveries(pool, filter, idPage(query));
      return pageOfLooked(page, query.limit, showDelivery);
    },
  );
}
