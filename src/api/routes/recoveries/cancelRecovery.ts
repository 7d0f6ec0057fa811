import * as intake from '../../../intake/recoveries/cancelRecovery.js';
import type { Api } from '../../api.js';
import type { ApiDeps } from '../../apiDeps.js';
import { found } from '../../found.js';
import { recoveryRef } from '../../recoveryRef.js';
import { noBody, noQuery } from '../../schemas/nothing.js';
import { recoveryParams } from '../../schemas/params.js';
import { postProblemResponses } from '../../schemas/problemResponses.js';
import { recoveryShown } from '../../schemas/recoverySchemas.js';
import { showRecovery } from '../../showRecovery.js';

export function cancelRecovery(app: Api, deps: ApiDeps): void {
  app.post(
    '/v1/tenants/:tenant/recoveries/:recoveryId/cancel',
    {
      config: { scope: 'send' },
      schema: {
        tags: ['recoveries'],
        operationId: 'cancelRecovery',
        summary: 'Cancel a recovery that is running',
        description:
          'It resends nothing more. What it has resent goes its way: cancel that one by one.',
        params: recoveryParams,
        querystring: noQuery,
        body: noBody,
        response: {
          200: recoveryShown.describe('Cancelled'),
          ...postProblemResponses('recovery_completed'),
        },
      },
    },
    async (request) => {
      const record = await intake.cancelRecovery(deps.pool, recoveryRef(request), request.actor);
      return showRecovery(found(record, 'recovery'), deps);
    },
  );
}
