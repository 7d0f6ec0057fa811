import { readRecovery } from '../../../store/recoveries.js';
import type { Api } from '../../api.js';
import type { ApiDeps } from '../../apiDeps.js';
import { found } from '../../found.js';
import { recoveryRef } from '../../recoveryRef.js';
import { noQuery } from '../../schemas/nothing.js';
import { recoveryParams } from '../../schemas/params.js';
import { problemResponses } from '../../schemas/problemResponses.js';
import { recoveryShown } from '../../schemas/recoverySchemas.js';
import { showRecovery } from '../../showRecovery.js';

export function getRecovery(app: Api, deps: ApiDeps): void {
  app.get(
    '/v1/tenants/:tenant/recoveries/:recoveryId',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['recoveries'],
        operationId: 'getRecovery',
        summary: 'Get a recovery: how far it is',
        params: recoveryParams,
        querystring: noQuery,
        response: { 200: recoveryShown, ...problemResponses() },
      },
    },
    async (request) => {
      const record = await readRecovery(deps.pool, recoveryRef(request));
      return showRecovery(found(record, 'recovery'), deps);
    },
  );
}
