import { z } from 'zod';
import { listEvents } from '../../../store/readEvents.js';
import type { Api } from '../../api.js';
import type { ApiDeps } from '../../apiDeps.js';
import { eventSummary, showEvent } from '../../schemas/eventSchemas.js';
import { idCursor, idPage, listOf, listQuery, pageOf } from '../../schemas/lists.js';
import { noParams } from '../../schemas/nothing.js';
import { tenantId } from '../../schemas/params.js';
import { problemResponses } from '../../schemas/problemResponses.js';
import { tenantAsked } from '../../tenantAsked.js';

export function listAllEvents(app: Api, { pool }: ApiDeps): void {
  app.get(
    '/v1/events',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['events'],
        operationId: 'listAllEvents',
        summary: 'List the events of all tenants, newest first, without their data',
        params: noParams,
        querystring: z.strictObject({ ...listQuery, tenant: tenantId.optional() }),
        response: { 200: listOf(eventSummary).describe('A page'), ...problemResponses() },
      },
    },
    async ({ principal, query }) => {
      const { environment } = principal;
      const scope = { environment, tenant: tenantAsked(principal, query.tenant) };
      const rows = await listEvents(pool, scope, idPage(query));
      return pageOf(rows, query.limit, idCursor, showEvent);
    },
  );
}
