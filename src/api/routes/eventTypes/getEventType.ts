import * as store from '../../../store/eventTypes.js';
import type { Api } from '../../api.js';
import type { ApiDeps } from '../../apiDeps.js';
import { found } from '../../found.js';
import { readCatalogsOn } from '../../readCatalogsOn.js';
import { eventTypeShown } from '../../schemas/eventTypeSchemas.js';
import { noQuery } from '../../schemas/nothing.js';
import { eventTypeParams } from '../../schemas/params.js';
import { problemResponses } from '../../schemas/problemResponses.js';
import { sendJsonText } from '../../sendJsonText.js';
import { showCatalogType, showEventType } from '../../showEventType.js';

export function getEventType(app: Api, { pool }: ApiDeps): void {
  app.get(
    '/v1/event-types/:name',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['event types'],
        operationId: 'getEventType',
        summary: 'Get an event type, declared or of a catalog that is on',
        params: eventTypeParams,
        querystring: noQuery,
        response: { 200: eventTypeShown, ...problemResponses() },
      },
    },
    async ({ principal, params }, reply) => {
      const { environment } = principal;
      const known = (await readCatalogsOn(pool, environment)).typeOf(params.name);
      if (known !== undefined) return sendJsonText(reply, showCatalogType(known));
      const record = await store.readEventType(pool, environment, params.name);
      return sendJsonText(reply, showEventType(found(record, 'event type')));
    },
  );
}
