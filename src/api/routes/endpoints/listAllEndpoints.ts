import { z } from 'zod';
import { endpointStates } from '../../../domain/words.js';
import * as store from '../../../store/endpoints.js';
import type { Api } from '../../api.js';
import type { ApiDeps } from '../../apiDeps.js';
import { bareId } from '../../bareId.js';
import { endpointShown } from '../../schemas/endpointSchemas.js';
import { idCursor, idPage, listOf, listQuery, pageOf } from '../../schemas/lists.js';
import { noParams } from '../../schemas/nothing.js';
import { shownId, tenantId } from '../../schemas/params.js';
import { problemResponses } from '../../schemas/problemResponses.js';
import { showEndpoint } from '../../showEndpoint.js';
import { tenantAsked } from '../../tenantAsked.js';

const endpointQuery = z.strictObject({
  ...listQuery,
  tenant: tenantId.optional(),
  endpointId: shownId('endpoint')
    .optional()
    .describe('This one alone, where its tenant is unknown'),
  state: z
    .enum(endpointStates)
    .optional()
    .describe(
      '`open`: it is sent to; `down`: it is only probed; `paused` and `disabled`: its deliveries wait',
    ),
});

export function listAllEndpoints(app: Api, { pool, sealer }: ApiDeps): void {
  app.get(
    '/v1/endpoints',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['endpoints'],
        operationId: 'listAllEndpoints',
        summary: 'List the endpoints of all tenants, newest first',
        params: noParams,
        querystring: endpointQuery,
        response: { 200: listOf(endpointShown).describe('A page'), ...problemResponses() },
      },
    },
    async ({ principal, query }) => {
      const { environment } = principal;
      const { endpointId: shown, state = null } = query;
      const tenant = tenantAsked(principal, query.tenant);
      const endpointId = shown === undefined ? null : bareId('endpoint', shown);
      const filter = { environment, tenant, endpointId, state };
      const rows = await store.listEndpoints(pool, sealer, filter, idPage(query));
      return pageOf(rows, query.limit, idCursor, showEndpoint);
    },
  );
}
