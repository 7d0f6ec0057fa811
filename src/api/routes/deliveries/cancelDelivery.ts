import { readDelivery } from '../../../store/readDeliveries.js';
import type { Api } from '../../api.js';
import { deliveryRef } from '../../deliveryRef.js';
import type { ApiDeps } from '../../apiDeps.js';
import { found } from '../../found.js';
import { deliverySummary } from '../../schemas/deliverySchemas.js';
import { noBody, noQuery } from '../../schemas/nothing.js';
import { deliveryParams } from '../../schemas/params.js';
import { postProblemResponses } from '../../schemas/problemResponses.js';
import { showDelivery } from '../../showDelivery.js';

export function cancelDelivery(app: Api, { pool, intake }: ApiDeps): void {
  app.post(
    '/v1/tenants/:tenant/deliveries/:deliveryId/cancel',
    {
      config: { scope: 'send' },
      schema: {
        tags: ['deliveries'],
        operationId: 'cancelDelivery',
        summary: 'Cancel a delivery that has not ended, or that blocks its order',
        description: 'An attempt under way is not cut off; a success that it brings still counts.',
        params: deliveryParams,
        querystring: noQuery,
        body: noBody,
        response: {
          200: deliverySummary.describe('Cancelled'),
          ...postProblemResponses('delivery_final'),
        },
      },
    },
    async (request) => {
      const ref = deliveryRef(request);
      await intake.cancelDelivery(ref, request.actor);
      return showDelivery(found(await readDelivery(pool, ref), 'delivery'));
    },
  );
}
