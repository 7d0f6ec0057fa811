import { z } from 'zod';
import type { Api } from '../../api.js';
import { deliveryRef } from '../../deliveryRef.js';
import type { ApiDeps } from '../../apiDeps.js';
import { noBody, noQuery } from '../../schemas/nothing.js';
import { deliveryParams, shownId } from '../../schemas/params.js';
import { postProblemResponses } from '../../schemas/problemResponses.js';

const retryShown = z.object({
  id: shownId('delivery'),
  result: z
    .enum(['brought forward', 'new round'])
    .describe('`brought forward`: the next attempt is due now; `new round`: it had ended'),
});

export function retryDelivery(app: Api, { intake }: ApiDeps): void {
  app.post(
    '/v1/tenants/:tenant/deliveries/:deliveryId/retry',
    {
      config: { scope: 'send' },
      schema: {
        tags: ['deliveries'],
        operationId: 'retryDelivery',
        summary: 'Try a delivery again now',
        params: deliveryParams,
        querystring: noQuery,
        body: noBody,
        response: {
          202: retryShown.describe('The attempt will be made'),
          ...postProblemResponses('endpoint_closed', 'event_expired', 'payload_expired_resend'),
        },
      },
    },
    async (request, reply) => {
      const result = await intake.retryDelivery(deliveryRef(request), request.actor);
      return reply.code(202).send({ id: request.params.deliveryId, result });
    },
  );
}
