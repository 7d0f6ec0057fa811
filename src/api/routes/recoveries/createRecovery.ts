import type { Api } from '../../api.js';
import type { ApiDeps } from '../../apiDeps.js';
import { noQuery } from '../../schemas/nothing.js';
import { tenantParams } from '../../schemas/params.js';
import { postProblemResponses } from '../../schemas/problemResponses.js';
import { newRecovery, recoveryShown } from '../../schemas/recoverySchemas.js';
import { showRecovery } from '../../showRecovery.js';
import { recoveryLocation, startRecovery } from '../../startRecovery.js';

export function createRecovery(app: Api, deps: ApiDeps): void {
  app.post(
    '/v1/tenants/:tenant/recoveries',
    {
      config: { scope: 'send' },
      schema: {
        tags: ['recoveries'],
        operationId: 'createRecovery',
        summary: 'Send many deliveries again',
        description:
          "Those that match get a new round, oldest first, and go through their endpoints' queues. What is open already is left alone, and what was delivered, too, unless `states` names it. It goes on whatever is restarted meanwhile.",
        params: tenantParams,
        querystring: noQuery,
        body: newRecovery,
        response: {
          202: recoveryShown.describe('It is running'),
          ...postProblemResponses('recovery_limit'),
        },
      },
    },
    async ({ principal: { environment }, actor, params: { tenant }, body }, reply) => {
      const ref = { environment, tenant };
      const shown = showRecovery(await startRecovery(deps, ref, body, actor), deps);
      return reply.code(202).header('location', recoveryLocation(ref, shown)).send(shown);
    },
  );
}
