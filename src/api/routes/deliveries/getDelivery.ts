import { readBatchProgress } from '../../../store/readBatches.js';
import { readAttempts, readDelivery } from '../../../store/readDeliveries.js';
import type { Api } from '../../api.js';
import { deliveryRef } from '../../deliveryRef.js';
import type { ApiDeps } from '../../apiDeps.js';
import { found } from '../../found.js';
import { deliveryShown } from '../../schemas/deliverySchemas.js';
import { noQuery } from '../../schemas/nothing.js';
import { deliveryParams } from '../../schemas/params.js';
import { problemResponses } from '../../schemas/problemResponses.js';
import { showDeliveryWhole } from '../../showDelivery.js';

export function getDelivery(app: Api, deps: ApiDeps): void {
  app.get(
    '/v1/tenants/:tenant/deliveries/:deliveryId',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['deliveries'],
        operationId: 'getDelivery',
        summary: 'Get a delivery with its attempts',
        params: deliveryParams,
        querystring: noQuery,
        response: { 200: deliveryShown, ...problemResponses() },
      },
    },
    async (request) => {
      const ref = deliveryRef(request);
      const record = found(await readDelivery(deps.pool, ref), 'delivery');
      const attempts = await readAttempts(deps.pool, record.id);
      const progress = await readBatchProgress(deps.pool, ref);
      return showDeliveryWhole(record, { attempts, progress }, deps);
    },
  );
}
