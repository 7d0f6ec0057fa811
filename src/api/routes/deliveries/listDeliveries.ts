import * as store from '../../../store/readDeliveries.js';
import type { Api } from '../../api.js';
import type { ApiDeps } from '../../apiDeps.js';
import { deliveryFilter, deliveryQuery } from '../../deliveryFilter.js';
import { deliverySummary } from '../../schemas/deliverySchemas.js';
import { idCursor, idPage, listOf, pageOf } from '../../schemas/lists.js';
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
        response: { 200: listOf(deliverySummary).describe('A page'), ...problemResponses() },
      },
    },
    async ({ principal: { environment }, params: { tenant }, query }) => {
      const filter = deliveryFilter({ environment, tenant }, query);
      const rows = await store.listDeliveries(pool, filter, idPage(query));
      return pageOf(rows, query.limit, idCursor, showDelivery);
    },
  );
}
