import { z } from 'zod';
import * as store from '../../../store/eventTypes.js';
import type { Api } from '../../api.js';
import type { ApiDeps } from '../../apiDeps.js';
import { eventTypeShown } from '../../schemas/eventTypeSchemas.js';
import { listOf, listQuery, nameCursor, namePage, pageOf } from '../../schemas/lists.js';
import { noParams } from '../../schemas/nothing.js';
import { problemResponses } from '../../schemas/problemResponses.js';
import { sendJsonText } from '../../sendJsonText.js';
import { showEventType } from '../../showEventType.js';
import { spliceJson } from '../../spliceJson.js';

export function listEventTypes(app: Api, { pool }: ApiDeps): void {
  app.get(
    '/v1/event-types',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['event types'],
        operationId: 'listEventTypes',
        summary: 'List the declared event types, newest first',
        params: noParams,
        querystring: z.strictObject(listQuery),
        response: { 200: listOf(eventTypeShown).describe('A page'), ...problemResponses() },
      },
    },
    async ({ principal, query }, reply) => {
      const rows = await store.listEventTypes(pool, principal.environment, namePage(query));
      const { data, nextCursor } = pageOf(rows, query.limit, nameCursor, showEventType);
      return sendJsonText(reply, spliceJson({ nextCursor }, { data: `[${data.join(',')}]` }));
    },
  );
}
