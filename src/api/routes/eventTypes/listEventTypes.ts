import { z } from 'zod';
import * as store from '../../../store/eventTypes.js';
import type { Api } from '../../api.js';
import type { ApiDeps } from '../../apiDeps.js';
import { readCatalogsOn } from '../../readCatalogsOn.js';
import { eventTypeShown } from '../../schemas/eventTypeSchemas.js';
import { listOf, listQuery, nameCursor, namePage, pageOf } from '../../schemas/lists.js';
import { noParams } from '../../schemas/nothing.js';
import { problemResponses } from '../../schemas/problemResponses.js';
import { sendJsonText } from '../../sendJsonText.js';
import { showCatalogType, showEventType } from '../../showEventType.js';
import { spliceJson } from '../../spliceJson.js';

/** Where the types of catalogs stand in the list: after all others, by name. */
const afterDeclaredMicros = '0';

export function listEventTypes(app: Api, { pool }: ApiDeps): void {
  app.get(
    '/v1/event-types',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['event types'],
        operationId: 'listEventTypes',
        summary: 'List the event types: those declared, newest first, then those of catalogs',
        params: noParams,
        querystring: z.strictObject(listQuery),
        response: { 200: listOf(eventTypeShown).describe('A page'), ...problemResponses() },
      },
    },
    async ({ principal: { environment }, query }, reply) => {
      const page = namePage(query);
      const { types } = await readCatalogsOn(pool, environment);
      const declared = await store.listEventTypes(pool, environment, page);
      const passed = page.after?.createdAtMicros === afterDeclaredMicros ? page.after.name : '';
      const rows = [
        ...declared.map((record) => ({ ...record, shown: showEventType(record) })),
        ...types
          .filter(({ type: { name } }) => name > passed)
          .map((known) => ({
            name: known.type.name,
            createdAtMicros: afterDeclaredMicros,
            shown: showCatalogType(known),
          })),
      ];
      const shownRow = ({ shown }: { shown: string }): string => shown;
      const { data, nextCursor } = pageOf(rows, query.limit, nameCursor, shownRow);
      return sendJsonText(reply, spliceJson({ nextCursor }, { data: `[${data.join(',')}]` }));
    },
  );
}
