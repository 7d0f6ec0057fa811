import { z } from 'zod';
import * as store from '../../../store/readEvents.js';
import type { Api } from '../../api.js';
import type { ApiDeps } from '../../apiDeps.js';
import { eventSummary, showEvent } from '../../schemas/eventSchemas.js';
import { idCursor, idPage, listOf, listQuery, pageOf } from '../../schemas/lists.js';
import { tenantParams } from '../../schemas/params.js';
import { problemResponses } from '../../schemas/problemResponses.js';

export function listEvents(app: Api, { pool }: ApiDeps): void {
  app.get(
    '/v1/tenants/:tenant/events',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['events'],
        operationId: 'listEvents',
        summary: "List a tenant's events, newest first, without their data",
        params: tenantParams,
        querystring: z.strictObject(listQuery),
        response: { 200: listOf(eventSummary).describe('A page'), ...problemResponses() },
      },
    },
    async ({ principal: { environment }, params: { tenant }, query }) => {
      const rows = await store.listEvents(pool, { environment, tenant }, idPage(query));
      return pageOf(rows, query.limit, idCursor, showEvent);
    },
  );
}
